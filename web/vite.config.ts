import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import browserslistToEsbuild from 'browserslist-to-esbuild';
import { defineConfig, type UserConfig } from 'vite';
import { patchCssModules } from 'vite-css-modules';
import { firstPaint } from './build/firstPaint.ts';
import { layers } from './build/layers.ts';
import { precompress } from './build/precompress.ts';

/** How a module of ours is read; the first paint is rendered with the same. */
const modules = () =>
  ({
    configFile: false,
    root: fileURLToPath(new URL('.', import.meta.url)),
    plugins: [layers(), react(), patchCssModules({ generateSourceTypes: true, exportMode: 'default' })],
    resolve: { alias: { '#': fileURLToPath(new URL('./src', import.meta.url)) } },
    css: { modules: { localsConvention: 'camelCaseOnly' } },
  }) satisfies UserConfig & { configFile: false };

const { plugins, resolve, css } = modules();

/** Every style sheet, and what all screens are made of, without what only forms use. */
const KIT =
  /[\\/]src[\\/](?:.*\.css$|(?:app|shared|api)[\\/](?!i18n[\\/]|form[\\/]|draft[\\/]useDraftForm|problem[\\/]formProblems|session[\\/]act)(?!.*\.json$).*\.tsx?$)/;

export default defineConfig({
  plugins: [
    plugins,
    firstPaint(modules(), ['features/search/screens.ts', 'texts/ko.first.ts']),
    precompress(),
  ],
  resolve,
  css,
  build: {
    // The browsers are stated once, in package.json; `npm run targets` checks what is built against them.
    target: browserslistToEsbuild(),
    // A data: URI is not 'self', so the CSP would refuse an inlined asset.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // scripts/size.mjs reads it to know which chunks the first screen loads.
    manifest: true,
    rolldownOptions: {
      output: {
        // A file of screens is called after its feature.
        chunkFileNames: ({ facadeModuleId }) =>
          `assets/${/features[\\/](\w+)[\\/](?:screens|\w+ing)\.ts$/.exec(facadeModuleId ?? '')?.[1] ?? '[name]'}-[hash].js`,
        // Shared by all screens are the libraries, which change seldom and keep their hash over a release, the kit with
        // the one style sheet, and what forms need. The rest is cut where the router loads: a module of screens is a
        // file. Left alone, the bundler makes a hundred of a few hundred bytes, and each costs a request.
        codeSplitting: {
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|scheduler)[\\/]|rolldown[\\/]runtime/,
              priority: 4,
            },
            {
              name: 'vendor',
              test: /node_modules[\\/](react-router|i18next|react-i18next|@tanstack[\\/](?:query-core|react-query)|openapi-fetch|use-sync-external-store)[\\/]/,
              priority: 3,
            },
            { name: 'kit', test: KIT, priority: 2 },
            {
              name: 'form',
              test: /[\\/](?:react-hook-form|src[\\/]shared[\\/](?:form|draft)|src[\\/]api[\\/]problem)[\\/]/,
              priority: 1,
            },
            // The line of a member's conversations: for all screens, but not for a visitor.
            { name: 'line', test: /[\\/]features[\\/]chat[\\/](?:live[\\/]|cache)/, priority: 1 },
            // What the ways to log in share: for whoever does, but not for a first page (which may show whom to try as).
            {
              name: 'log-in',
              test: /[\\/]src[\\/](?:features[\\/]auth[\\/](?!demo|loopback|parts[\\/]Demo)|api[\\/]session[\\/]act)/,
              minShareCount: 2,
              priority: 1,
            },
            { name: 'parts', test: /[\\/]src[\\/]features[\\/]/, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: {
    port: 5173,
    proxy: { '/api': { target: process.env['DOJOB_API'] ?? 'http://127.0.0.1:8080', ws: true } },
  },
  // The server's own policy, so that a preview shows what it would refuse.
  preview: {
    headers: { 'content-security-policy': "default-src 'self'" },
    proxy: { '/api': { target: process.env['DOJOB_API'] ?? 'http://127.0.0.1:8080', ws: true } },
  },
});
