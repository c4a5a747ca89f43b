import { expect, test, type Page } from '@playwright/test';
import { look } from './look.ts';
import { logInAs } from './lib/people.ts';
import { practice } from './lib/practice.ts';

const MANY = 300;
const REAL = 150;

/** 민지 with many conversations; the one in the middle is a real one. */
async function withMany(page: Page): Promise<string> {
  const { chat } = await practice();
  const real = chat.replace('/chat/', '');
  await page.route(/\/api\/chat\/conversations(\?.*)?$/, async (route) => {
    if (route.request().method() !== 'GET') return route.fallback();
    const answer = await route.fetch();
    const { items } = (await answer.json()) as { items: { id: string }[] };
    const mould = items.find(({ id }) => id === real) ?? items[0];
    const rows = Array.from({ length: MANY }, (_, at) => ({
      ...mould,
      id: at === REAL ? real : `0198c0de-0000-7000-8000-${String(at).padStart(12, '0')}`,
      unread: at === REAL ? 0 : (at % 7) + 1,
    }));
    return route.fulfill({ response: answer, json: { items: rows, next: null } });
  });
  await logInAs(page, '민지');
  return real;
}

const rows = (page: Page) => page.getByRole('list', { name: '대화' }).getByRole('listitem');

test('three hundred conversations are windowed, and a screen reader is told of all', async ({ page }) => {
  await withMany(page);
  await page.goto('/chat');
  await expect(rows(page).first()).toBeVisible();
  expect(await rows(page).count()).toBeLessThan(40);
  await expect(rows(page).first()).toHaveAttribute('aria-posinset', '1');
  await expect(rows(page).first()).toHaveAttribute('aria-setsize', String(MANY));
  await look(page);

  // By keyboard from row to row, further than what was drawn.
  await rows(page).first().getByRole('link').focus();
  for (let n = 0; n < 45; n += 1) await page.keyboard.press('Tab');
  const focused = page.locator('li:has(a:focus)');
  await expect(focused).toHaveAttribute('aria-posinset', '46');
  await expect(focused).toBeInViewport();
  expect(await rows(page).count()).toBeLessThan(60);
});

test('back from a conversation leads to the place in the list', async ({ page, isMobile }) => {
  const real = await withMany(page);
  await page.goto('/chat');
  await expect(rows(page).first()).toBeVisible();
  const link = page.locator(`a[href="/chat/${real}"]`);
  const scroller = isMobile ? 'html' : ':has(> section[aria-label="대화"])';
  const scrolled = () => page.locator(scroller).evaluate((node) => node.scrollTop);
  await page.locator(scroller).evaluate((node) => node.scrollTo(0, 76 * 148));
  await expect(link).toBeInViewport();
  await link.scrollIntoViewIfNeeded();
  const before = await scrolled();
  await link.click();
  await expect(page.getByRole('log')).toBeVisible();
  if (!isMobile) {
    // The pane stands beside the conversation, where it stood.
    await expect(link).toBeInViewport();
    await expect(link).toHaveAttribute('aria-current', 'page');
  }
  await page.goBack();
  await expect(link).toBeInViewport();
  expect(Math.abs((await scrolled()) - before)).toBeLessThan(4);
});
