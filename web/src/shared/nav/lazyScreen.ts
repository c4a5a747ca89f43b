import type { ComponentType } from 'react';
import type { Namespace } from 'i18next';
import { i18n } from '#/shared/i18n/i18n.ts';

/**
 * `lazy` of a route: the screen's code and its feature's texts arrive together, so nothing flashes. Screens that are
 * reached from one another are exported by one module (`screens.ts`), so that they are one file on the wire. Name the
 * other features whose parts the screen shows, too: `['search', 'address']`.
 */
export function lazyScreen<Name extends string>(
  ns: (Namespace & string) | readonly (Namespace & string)[],
  load: () => Promise<Record<Name, ComponentType>>,
  name: Name,
) {
  return async () => {
    const names = typeof ns === 'string' ? [ns] : [...ns];
    const [screens] = await Promise.all([load(), i18n.loadNamespaces(names)]);
    // i18next keeps it to itself when a file did not arrive, and the screen would show the names of its texts.
    if (!names.every((name) => i18n.hasResourceBundle(i18n.language, name)))
      throw new TypeError('failed to load the texts');
    return { Component: screens[name] };
  };
}
