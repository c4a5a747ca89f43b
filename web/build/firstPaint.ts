import { createElement, type ComponentType } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { createServer, type InlineConfig, type Plugin } from 'vite';

const PLACE = '<div id="root"></div>';

/**
 * Fills index.html with `src/app/FirstPaint.tsx`, rendered with the parts and the class names of the app, so that the
 * page is seen before its scripts have arrived and looks the same when they have. The scripts that the router asks
 * for in any case (`first`: ends of paths of modules) are fetched together with the entry, not after it.
 */
export function firstPaint(config: InlineConfig, first: readonly string[]): Plugin {
  return {
    name: 'dojob:first-paint',
    transformIndexHtml: {
      order: 'post',
      async handler(html, { bundle }) {
        if (!html.includes(PLACE)) return html;
        const markup = await render(config);
        const chunks = Object.values(bundle ?? {}).filter((one) => one.type === 'chunk');
        const wanted = new Set<string>();
        const want = (fileName: string): void => {
          if (wanted.has(fileName) || html.includes(fileName)) return;
          wanted.add(fileName);
          chunks.find((chunk) => chunk.fileName === fileName)?.imports.forEach(want);
        };
        for (const name of bundle === undefined ? [] : first) {
          const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(name));
          if (chunk === undefined)
            throw new Error(`index.html wants to fetch ${name}, which is no chunk of its own`);
          want(chunk.fileName);
        }
        const css = Object.values(bundle ?? {})
          .map((one) => (one.type === 'asset' && one.fileName.endsWith('.css') ? String(one.source) : ''))
          .join('');
        for (const [, names = ''] of bundle === undefined ? [] : markup.matchAll(/class="([^"]*)"/g)) {
          for (const name of names.split(' '))
            if (!css.includes(`.${name}`)) throw new Error(`no style sheet has .${name} of the first paint`);
        }
        const entry = /<script type="module"[^>]*><\/script>/;
        const linked = [...html.matchAll(/<link rel="modulepreload"[^>]* href="([^"]+)">/g)];
        const scripts = [...linked.map(([, href]) => href), ...[...wanted].map((file) => `/${file}`)];
        return html
          .replace(PLACE, () => `<div id="root">${markup}</div>`)
          .replace(
            entry,
            // Each runs as soon as it is here, in a task of its own. Run by the entry alone, all of them would be one
            // task of a quarter of a second on a slow phone.
            (main) =>
              `${scripts.map((src) => `<script type="module" async crossorigin src="${src}"></script>\n    `).join('')}${main}`,
          );
      },
    },
  };
}

async function render(config: InlineConfig): Promise<string> {
  const server = await createServer({
    ...config,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    const { FirstPaint } = (await server.ssrLoadModule('/src/app/FirstPaint.tsx')) as {
      FirstPaint: ComponentType;
    };
    return renderToStaticMarkup(createElement(FirstPaint));
  } finally {
    await server.close();
  }
}
