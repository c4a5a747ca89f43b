import type { Plugin } from 'vite';

const ORDER = '@layer reset, tokens, base, ui, screen;';

/**
 * Cascade layers are ordered by who is named first, and the bundler decides which style sheet arrives first: a chunk
 * of the kit may come before base.css, and then the reset would beat every button. So every module names the order.
 */
export function layers(): Plugin {
  return {
    name: 'dojob:layers',
    enforce: 'pre',
    transform(code, id) {
      return /\.module\.css(?:$|\?)/.test(id) ? { code: `${ORDER}\n${code}`, map: null } : null;
    },
  };
}
