import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';

/** What may be looked at without an account. Screens that need data or a member have stories of their own. */
const PUBLIC = [
  '/',
  '/search',
  '/post',
  '/login',
  '/signup',
  '/terms/terms',
  '/terms/privacy',
  '/me/settings',
  '/me',
  '/nowhere',
];

for (const path of PUBLIC) {
  for (const lang of ['ko', 'en']) {
    for (const theme of ['light', 'dark'] as const) {
      test(`${path} ${lang} ${theme}`, async ({ page }) => {
        const complaints: string[] = [];
        page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(String(error)));
        await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
        await page.addInitScript((lang) => localStorage.setItem('dojob.lang', lang), lang);
        await page.goto(path);
        await page.locator('main h1').first().waitFor();
        await page.waitForLoadState('networkidle');

        expect(await page.locator('h1').count(), 'one h1').toBe(1);
        expect(await page.title()).toMatch(/ · dojob$/);
        expect(await page.locator('html').getAttribute('lang')).toBe(lang);
        expect(
          await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
          'too wide',
        ).toBeLessThanOrEqual(0);
        expect(await smallTargets(page), 'targets under 44 px').toEqual([]);
        const axe = await new AxeBuilder({ page }).analyze();
        expect(
          axe.violations.map(
            (violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' | ')}`,
          ),
        ).toEqual([]);
        expect(complaints, 'console').toEqual([]);
      });
    }
  }
}

/** What the finger meets: the element with its ::after, which may be larger than what the eye sees. */
async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary')].flatMap(
      (node) => {
        const target = node.closest('label') ?? node;
        const box = target.getBoundingClientRect();
        if (box.width === 0 || box.height === 0 || !node.checkVisibility() || node.matches('[href="#main"]'))
          return [];
        // A link inside running text is exempt (WCAG 2.5.8).
        if (getComputedStyle(target).display === 'inline' && target.parentElement?.tagName === 'P') return [];
        const after = getComputedStyle(target, '::after');
        const grown =
          after.content === 'none'
            ? { width: 0, height: 0 }
            : { width: parseFloat(after.width), height: parseFloat(after.height) };
        const width = Math.max(box.width, grown.width || 0);
        const height = Math.max(box.height, grown.height || 0);
        return width < 43.5 || height < 43.5
          ? [`${node.tagName} ${node.textContent?.trim() ?? ''} ${width}×${height}`]
          : [];
      },
    ),
  );
}
