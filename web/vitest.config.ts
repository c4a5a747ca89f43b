import { playwright } from '@vitest/browser-playwright';
import { defineConfig, mergeConfig } from 'vitest/config';
import vite from './vite.config.ts';

// Root inside a container has no user namespace to sandbox with.
const asRoot = process.getuid?.() === 0;

export default mergeConfig(
  vite,
  defineConfig({
    optimizeDeps: {
      include: [
        'react-dom/client',
        'react/jsx-dev-runtime',
        'vitest-browser-react',
        'react-router',
        'react-i18next',
        'i18next',
        '@tanstack/react-query',
        'openapi-fetch',
        'es-hangul',
        'react-hook-form',
        'eventsource-parser/stream',
        'virtua',
      ],
    },
    test: {
      projects: [
        {
          extends: true,
          test: {
            name: 'node',
            environment: 'node',
            include: ['src/**/*.test.ts'],
            exclude: ['src/**/*.browser.test.*'],
          },
        },
        {
          extends: true,
          test: {
            name: 'browser',
            include: ['src/**/*.browser.test.{ts,tsx}'],
            setupFiles: ['src/test/setup.ts'],
            browser: {
              enabled: true,
              headless: true,
              screenshotFailures: false,
              viewport: { width: 390, height: 844 },
              provider: playwright({
                launchOptions: {
                  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
                  args: asRoot ? ['--no-sandbox'] : [],
                },
              }),
              instances: [{ browser: 'chromium' }],
            },
          },
        },
      ],
    },
  }),
);
