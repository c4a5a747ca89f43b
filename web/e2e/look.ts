import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** What every screen must be, whatever it shows: one h1, nothing cut off sideways, large targets, axe 0. */
export async function look(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor();
  // Not "networkidle": a member's stream never ends.
  await expect(page.getByText('불러오고 있어요')).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
  const where = page.url();
  expect(await page.locator('h1').count(), `one h1 at ${where}`).toBe(1);
  expect(await page.title()).toMatch(/ · dojob$/);
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    `too wide at ${where}`,
  ).toBeLessThanOrEqual(0);
  expect(await smallTargets(page), `targets under 44 px at ${where}`).toEqual([]);
  const axe = await new AxeBuilder({ page }).analyze();
  expect(
    axe.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`),
    `axe at ${where}`,
  ).toEqual([]);
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

/** Takes a seat of the practice neighbourhood. */
export async function sitAs(page: Page, name: '민지' | '도윤'): Promise<void> {
  await page.goto('/login');
  await page.getByRole('button', { name: `${name}님 자리에서 보기` }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await page.getByRole('heading', { level: 1, name: `${name}님` }).waitFor();
}

/** Chooses a chip as a finger does: its label lies over its input. */
export async function chip(page: Page, name: string): Promise<void> {
  await page
    .locator('main label')
    .filter({ hasText: new RegExp(`^${name}$`) })
    .click();
}
