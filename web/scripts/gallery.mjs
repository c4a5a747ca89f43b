// Pictures of the kit: 390 and 1280 px, light and dark, into screenshots/. Look at them.
import { chromium } from 'playwright';
import { createServer } from 'vite';

const server = await createServer({ server: { port: 0, host: '127.0.0.1' } });
await server.listen();
const base = server.resolvedUrls?.local[0] ?? '';
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
const pages = [
  ['all', 'gallery.html', true],
  ['top', 'gallery.html', false],
  ['sheet', 'gallery.html?sheet=outcome', false],
  ['rings', 'gallery.html?page=rings', true],
  ['task', 'gallery.html?page=task', false],
];
for (const [width, height] of [
  [390, 844],
  [1280, 900],
]) {
  for (const colorScheme of ['light', 'dark']) {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      deviceScaleFactor: 1,
      isMobile: width < 900,
      hasTouch: width < 900,
      locale: 'ko-KR',
    });
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
    page.on('pageerror', (error) => console.error(error));
    for (const [name, path, fullPage] of pages) {
      await page.goto(base + path);
      await page.locator('h1').first().waitFor();
      await page.evaluate(() => document.fonts.ready);
      await page.waitForTimeout(400);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) console.error(`${name} ${width}: ${overflow} px too wide`);
      await page.screenshot({ path: `screenshots/gallery-${name}-${width}-${colorScheme}.png`, fullPage });
    }
    await context.close();
  }
}
await browser.close();
await server.close();
