import type { ComponentType } from 'react';
import type { Namespace } from 'i18next';
import { i18n } from '#/shared/i18n/i18n.ts';

/** `lazy` of a route: the screen's code and its feature's texts arrive together, so nothing flashes. Name the other
 *  features whose parts the screen shows, too: `['search', 'address']`. */
export function lazyScreen(
  ns: (Namespace & string) | readonly (Namespace & string)[],
  load: () => Promise<{ default: ComponentType }>,
) {
  return async () => {
    const [screen] = await Promise.all([load(), i18n.loadNamespaces(typeof ns === 'string' ? ns : [...ns])]);
    return { Component: screen.default };
  };
}
