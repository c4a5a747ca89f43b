import { defineConfig } from '@playwright/test';

const asRoot = process.getuid?.() === 0;

const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** After the features, which look at the practice neighbourhood as it was made. */
const LATER = ['screens.spec.ts', 'story.spec.ts', 'speed.spec.ts'];

/** Drives a dojob that already runs (`make run` or `make demo`): no web server is started from here. */
export default defineConfig({
  testDir: 'e2e',
  // Of a whole story: most of it is axe and the pictures of `look`, some four seconds a time on two cores.
  timeout: 60_000,
  expect: { timeout: 10_000 },
  fullyParallel: true,
  workers: 2,
  // A shared machine stalls now and then; what fails twice is broken, what fails once is counted as flaky.
  retries: process.env['CI'] === undefined ? 0 : 1,
  reporter: [['list'], ['./e2e/lib/flakyReporter.ts']],
  use: {
    baseURL: process.env['DOJOB_URL'] ?? 'http://localhost:8080',
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
    actionTimeout: 15_000,
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: asRoot ? ['--no-sandbox'] : [],
    },
  },
  projects: [
    // Talking is told by two people at any width, so once is enough; the practice conversation is one.
    { name: 'phone', testIgnore: [...LATER, 'chat.spec.ts'], use: phone },
    {
      name: 'wide',
      testIgnore: [...LATER, 'alone.spec.ts'],
      use: { viewport: { width: 1280, height: 900 } },
    },
    { name: 'screens', testMatch: 'screens.spec.ts' },
    // They let time pass for everybody, so they come last and one after the other.
    {
      name: 'story',
      testMatch: 'story.spec.ts',
      use: phone,
      fullyParallel: false,
      workers: 1,
      dependencies: process.env['E2E_STORY_ONLY'] === undefined ? ['phone', 'wide', 'screens'] : [],
    },
    // Alone on the machine, for it measures.
    {
      name: 'speed',
      testMatch: 'speed.spec.ts',
      use: phone,
      workers: 1,
      dependencies: process.env['E2E_SPEED_ONLY'] === undefined ? ['story'] : [],
    },
  ],
});
