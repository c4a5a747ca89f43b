import { expect, test, type Page } from '@playwright/test';
import { listen, logInAs } from './lib/people.ts';
import { practice } from './lib/practice.ts';

/** A bad network, a wrong clock, an older browser, a translator: what the page does then. */

test('a hiccup at the start is no log-out: it is told, and the member is there within seconds', async ({
  page,
}) => {
  await logInAs(page, '민지');
  let refused = 0;
  await page.route('**/api/auth/refresh', async (route) => {
    refused += 1;
    if (refused > 2) await route.fallback();
    else await route.fulfill({ status: 503, body: '{}', contentType: 'application/problem+json' });
  });
  await page.goto('/me');
  await expect(page.getByText('연결되면 바로 이어서 보여 드릴게요.', { exact: false })).toBeVisible();
  await expect(page.getByRole('link', { name: '로그인' })).toHaveCount(0);
  await expect(page.getByRole('link', { name: /민지/ })).toBeVisible({ timeout: 8_000 });
  expect(refused).toBe(3);
});

test('without network at the start public pages stand, and the member is there when it is back', async ({
  page,
  context,
}) => {
  await logInAs(page, '민지');
  await page.route('**/api/auth/refresh', (route) => route.abort());
  await page.goto('/');
  await expect(page.getByText('연결되면 바로 이어서 보여 드릴게요.', { exact: false })).toBeVisible();
  await expect(page.getByRole('list', { name: /재능/ }).getByRole('link').first()).toBeVisible();
  await page.unroute('**/api/auth/refresh');
  await context.setOffline(true);
  await context.setOffline(false);
  await expect(page.getByRole('heading', { level: 1, name: '민지님' })).toBeVisible({ timeout: 3_000 });
});

for (const minutes of [60, -60]) {
  test(`a clock that is ${minutes} minutes off costs no refresh`, async ({ page, context }) => {
    await context.clock.install({ time: Date.now() + minutes * 60_000 });
    await logInAs(page, '민지');
    let refreshes = 0;
    page.on('request', (request) => (refreshes += Number(request.url().endsWith('/api/auth/refresh'))));
    await page.goto('/me');
    await expect(page.getByRole('link', { name: /민지/ })).toBeVisible();
    for (const tab of ['채팅', '나', '홈']) {
      await page.getByRole('navigation').getByRole('link', { name: tab }).click();
      await expect(page.locator('main h1')).toBeVisible();
      await page.waitForFunction(() => document.querySelector('main [aria-busy="true"]') === null);
    }
    expect(refreshes).toBe(1);
  });
}

test('the news of a member open where AbortSignal has no `any` (Safari 16.4)', async ({ page }) => {
  await page.addInitScript(() => {
    Reflect.deleteProperty(AbortSignal, 'any');
    Reflect.deleteProperty(HTMLElement.prototype, 'showPopover');
    Reflect.deleteProperty(HTMLElement.prototype, 'hidePopover');
    Reflect.deleteProperty(URLSearchParams.prototype, 'size');
  });
  const complaints: string[] = [];
  listen(page, complaints);
  await logInAs(page, '민지');
  const stream = page.waitForResponse('**/api/notifications/stream');
  await page.goto('/me');
  expect((await stream).status()).toBe(200);
  // A toast, which is a popover elsewhere; and a page whose address has a question.
  await page.getByRole('button', { name: '로그아웃' }).click();
  await expect(page.getByText('로그아웃했어요', { exact: false }).last()).toBeVisible();
  expect(complaints).toEqual([]);
});

test.describe('a tab that is not loaded yet', () => {
  test('tapped offline keeps the app, and opens when the network is back', async ({ page, context }) => {
    // Nothing is fetched ahead.
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'connection', { value: { saveData: true } });
    });
    await page.goto('/');
    await expect(page.getByRole('list').getByRole('link').first()).toBeVisible();
    await context.setOffline(true);
    const tabs = page.getByRole('navigation');
    await tabs.getByRole('link', { name: '올리기' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '연결이 어려워요' })).toBeVisible();
    await page.getByRole('button', { name: '다시 해 보기' }).click();
    await expect(page.getByText('다시 연결되면 바로 열어 드릴게요.', { exact: false })).toBeVisible();
    expect(await page.evaluate(() => navigator.onLine)).toBe(false);
    // The rest of the app is still there.
    await tabs.getByRole('link', { name: '홈' }).click();
    await expect(page.getByRole('list').getByRole('link').first()).toBeVisible();
    await tabs.getByRole('link', { name: '올리기' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '연결이 어려워요' })).toBeVisible();
    await context.setOffline(false);
    await expect(page.getByRole('heading', { level: 1, name: '올리기' })).toBeVisible();
    expect(new URL(page.url()).pathname).toBe('/post');
  });

  test('whose file a release has replaced loads the new page, once', async ({ page }) => {
    await page.addInitScript(() => {
      Object.defineProperty(navigator, 'connection', { value: { saveData: true } });
    });
    let loads = 0;
    page.on('request', (request) => (loads += Number(request.isNavigationRequest())));
    await page.goto('/');
    await expect(page.getByRole('list').getByRole('link').first()).toBeVisible();
    let gone = 0;
    await page.route(/\/assets\/catalogue-/, async (route) => {
      gone += 1;
      if (gone > 1) await route.fallback();
      else await route.fulfill({ status: 404, contentType: 'application/problem+json', body: '{}' });
    });
    await page.getByRole('navigation').getByRole('link', { name: '올리기' }).click();
    await expect(page.getByRole('heading', { level: 1, name: '올리기' })).toBeVisible();
    expect(loads).toBe(2);
  });

  test('whose file never comes is told in words, without a loop', async ({ page }) => {
    await page.route(/\/assets\/catalogue-/, (route) => route.fulfill({ status: 404, body: '' }));
    let loads = 0;
    page.on('request', (request) => (loads += Number(request.isNavigationRequest())));
    await page.goto('/post');
    await expect(page.getByRole('button', { name: '다시 열기' })).toBeVisible();
    await page.waitForTimeout(1_000);
    expect(loads).toBe(2);
  });
});

test.describe('translated by the browser', () => {
  for (const how of ['wraps', 'replaces'] as const) {
    test(`a translator that ${how} every text takes no screen away`, async ({ page }) => {
      test.setTimeout(120_000);
      const complaints: string[] = [];
      listen(page, complaints);
      await page.addInitScript(translate, how);
      await logInAs(page, '민지');
      const { chat, talent } = await practice();

      await test.step('searching', async () => {
        await page.goto(`/search?q=${encodeURIComponent('영어')}`);
        const field = page.locator('main input[inputmode="search"]');
        await expect(page.locator('main font').first()).toBeAttached();
        await field.fill('');
        await field.press('Enter');
        await stands(page);
        await field.fill('기타');
        await field.press('Enter');
        await stands(page);
        await field.fill('없는말없는말');
        await field.press('Enter');
        await stands(page);
      });
      await test.step('tabs and what lies behind them', async () => {
        for (const at of [0, 1, 2, 3, 4]) {
          await page.locator('nav a:not([aria-label="dojob"])').nth(at).click();
          await stands(page);
        }
        for (const path of [talent, '/engagements', '/inbox', '/me/settings', '/me/hours']) {
          await page.goto(path);
          await stands(page);
          await page.goBack();
          await stands(page);
        }
      });
      await test.step('chatting', async () => {
        await page.goto(chat);
        await stands(page);
        const mine = crypto.randomUUID().slice(0, 8);
        for (const text of [`안녕하세요 ${mine}`, `내일 봬요 ${mine}`]) {
          await page.locator('textarea').fill(text);
          await page.getByRole('button', { name: '보내기' }).click();
          await expect(page.getByRole('log').getByText(text).last()).toBeVisible();
        }
        await stands(page);
      });
      await test.step('a form that is refused', async () => {
        await page.goto('/post/talent');
        await stands(page);
        const send = page.locator('main button').last();
        await send.click();
        await expect(page.locator('main [aria-invalid="true"]').first()).toBeAttached();
        await page.locator('main input[type="text"], main input:not([type])').first().fill('통기타 첫걸음');
        await page.locator('main label:has(input[type="radio"])').first().click();
        await send.click();
        await stands(page);
      });
      expect(complaints).toEqual([]);
    });
  }
});

async function stands(page: Page): Promise<void> {
  await expect(page.locator('main h1')).toHaveCount(1);
  await page.waitForFunction(() => document.querySelector('main [aria-busy="true"]') === null);
  // The translator has been here again.
  await page.waitForTimeout(150);
  await expect(page.getByText('화면을 그리지 못했어요')).toHaveCount(0);
}

/** Runs in the page: what Chrome's translator does to every text, also to what comes later. */
function translate(how: 'wraps' | 'replaces'): void {
  const done = new WeakSet<Node>();
  const work = (): void => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode() !== null) texts.push(walker.currentNode as Text);
    for (const text of texts) {
      if (done.has(text) || text.data.trim() === '' || text.parentElement?.closest('font, textarea') !== null)
        continue;
      const inner = document.createElement('font');
      const outer = document.createElement('font');
      outer.append(inner);
      const shown = how === 'wraps' ? text : document.createTextNode(text.data);
      done.add(shown);
      text.replaceWith(outer);
      inner.append(shown);
    }
  };
  document.addEventListener('DOMContentLoaded', () => {
    work();
    new MutationObserver(() => setTimeout(work, 20)).observe(document.body, {
      childList: true,
      subtree: true,
    });
  });
}
