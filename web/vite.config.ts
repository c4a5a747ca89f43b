import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { patchCssModules } from 'vite-css-modules';
import { layers } from './build/layers.ts';
import { precompress } from './build/precompress.ts';

export default defineConfig({
  plugins: [
    layers(),
    react(),
    patchCssModules({ generateSourceTypes: true, exportMode: 'default' }),
    precompress(),
  ],
  resolve: { alias: { '#': fileURLToPath(new URL('./src', import.meta.url)) } },
  css: { modules: { localsConvention: 'camelCaseOnly' } },
  build: {
    // A data: URI is not 'self', so the CSP would refuse an inlined asset.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // scripts/size.mjs reads it to know which chunks the first screen loads.
    manifest: true,
    rolldownOptions: {
      output: {
        // Without groups the bundler makes some forty chunks of a few hundred bytes, which gzip hardly shrinks. The
        // libraries change seldom and keep their hash over a release; the kit is what most screens share.
        codeSplitting: {
          groups: [
            {
              name: 'vendor',
              test: /node_modules[\\/](react|react-dom|scheduler|react-router|i18next|react-i18next|@tanstack|openapi-fetch|use-sync-external-store)[\\/]/,
              priority: 2,
            },
            { name: 'kit', test: /[\\/]src[\\/]/, minShareCount: 12, priority: 1 },
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
