import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** What every screen must be, whatever it shows: one h1, nothing cut off sideways, large targets, axe 0. */
export async function look(page: Page): Promise<void> {
  expect(await faults(page), page.url()).toEqual([]);
}

/** What is wrong with the screen, in words; nothing is the aim. */
export async function faults(page: Page): Promise<string[]> {
  await page.locator('main h1').first().waitFor();
  await settled(page);
  const found: string[] = [];
  const headings = await page.locator('h1').count();
  if (headings !== 1) found.push(`${headings} h1`);
  const title = await page.title();
  if (!/.+ · dojob$/.test(title)) found.push(`title '${title}'`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (over > 0) found.push(`${over} px too wide`);
  found.push(...(await smallTargets(page)).map((target) => `under 44 px: ${target}`));
  const axe = await new AxeBuilder({ page }).analyze();
  for (const { id, nodes } of axe.violations)
    found.push(`${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  return found;
}

/**
 * No request under way, the line of a member's news apart, and nothing that still comes in. In a sheet below another one the button
 * waits for what is said in that.
 */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const below = [...document.querySelectorAll('dialog[open]')].slice(0, -1);
    return [...document.querySelectorAll('main [aria-busy="true"]')].every((one) =>
      below.some((sheet) => sheet.contains(one)),
    );
  });
  await page.evaluate(() => document.fonts.ready);
  await page.waitForFunction(() => document.getAnimations().every((one) => one.playState !== 'running'));
}

/** What the finger meets: the element with its ::before and ::after, which may be larger than what the eye sees. */
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
        const [before, after] = ['::before', '::after'].map((part) => {
          const { content, width, height } = getComputedStyle(target, part);
          return content === 'none'
            ? { width: 0, height: 0 }
            : { width: parseFloat(width), height: parseFloat(height) };
        });
        const width = Math.max(box.width, before?.width || 0, after?.width || 0);
        const height = Math.max(box.height, before?.height || 0, after?.height || 0);
        return width < 43.5 || height < 43.5
          ? [`${node.tagName} ${node.textContent?.trim() ?? ''} ${width}×${height}`]
          : [];
      },
    ),
  );
}

/** Logs in as a person of the practice neighbourhood. */
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
