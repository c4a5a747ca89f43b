import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test';

/**
 * Two people in two browsers, against the demo neighbourhood: 민지 and 도윤 have an appointment, and so a
 * conversation. Each test writes something of its own, so that all of them may run at once.
 */
const PASSWORD = 'one-hour-at-a-time';
const WIDE = { viewport: { width: 1280, height: 900 } };

// Two windows and a network that comes and goes take their time.
test.describe.configure({ mode: 'serial', timeout: 90_000 });

async function logInAs(browser: Browser, name: 'minji' | 'doyun', options = {}): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  await page.goto('/login');
  await page.getByLabel('이메일').fill(`${name}@dojob.example`);
  await page.getByLabel('비밀번호', { exact: true }).fill(PASSWORD);
  await page.getByRole('main').getByRole('button', { name: '로그인', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/');
  await page.close();
  return context;
}

/** Their conversation as 민지 finds it in her list. */
async function theirs(minji: Page): Promise<string> {
  await minji.goto('/chat');
  const row = minji.getByRole('list', { name: '대화' }).getByRole('link', { name: '도윤님' }).first();
  return (await row.getAttribute('href')) ?? '';
}

// A refresh cookie rotates, so each person logs in once and each test opens windows of theirs.
let contexts: [BrowserContext, BrowserContext];
let path = '';

test.beforeAll(async ({ browser }) => {
  contexts = [await logInAs(browser, 'minji', WIDE), await logInAs(browser, 'doyun', WIDE)];
  const page = await contexts[0].newPage();
  path = await theirs(page);
  await page.close();
});

test.afterEach(async () => {
  for (const context of contexts) {
    await context.setOffline(false);
    for (const page of context.pages()) await page.close();
  }
});

test.afterAll(async () => {
  for (const context of contexts) await context.close();
});

async function both(size = WIDE.viewport): Promise<[Page, Page]> {
  const open = async (context: BrowserContext): Promise<Page> => {
    const page = await context.newPage();
    await page.setViewportSize(size);
    await page.goto(path);
    await field(page).waitFor();
    return page;
  };
  return Promise.all([open(contexts[0]), open(contexts[1])]);
}

const log = (page: Page): Locator => page.getByRole('log');
const field = (page: Page): Locator => page.getByRole('textbox', { name: '메시지' });
const bubble = (page: Page, text: string): Locator =>
  log(page).getByRole('listitem').filter({ hasText: text });
const unique = (word: string): string => `${word} ${Math.random().toString(36).slice(2, 8)}`;

async function write(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await page.getByRole('button', { name: '보내기', exact: true }).click();
}

/** The distance between what is seen and the end. */
const fromEnd = (page: Page): Promise<number> =>
  log(page).evaluate((node) => Math.round(node.scrollHeight - node.scrollTop - node.clientHeight));

test('what one writes the other sees, sees being written, and has read', async () => {
  const [minji, doyun] = await both();
  const hello = unique('토요일에 봬요');
  await field(minji).pressSequentially('토요', { delay: 30 });
  await expect(doyun.getByText('민지님이 입력하고 있어요')).toBeVisible();

  await write(minji, hello);
  await expect(bubble(doyun, hello)).toBeVisible();
  await expect(doyun.getByText('민지님이 입력하고 있어요')).toBeHidden();
  await expect(bubble(minji, hello)).toContainText('읽음');
  await expect(field(minji)).toHaveValue('');

  const back = unique('네, 그때 뵐게요');
  await write(doyun, back);
  await expect(bubble(minji, back)).toBeVisible();
  await expect(bubble(doyun, back)).toContainText('읽음');
});

test('the badge and the list follow on any screen, and reading clears them', async () => {
  const [minji, doyun] = await both();
  await minji.goto('/me');
  const tab = minji.getByRole('navigation', { name: '주요 메뉴' }).getByRole('link', { name: /채팅/ });
  const count = async () => Number(/\d+/.exec((await tab.textContent()) ?? '')?.[0] ?? 0);
  await minji.getByRole('heading', { level: 1 }).waitFor();
  await minji.waitForTimeout(1_000);
  const before = await count();
  const text = unique('악보도 챙길게요');
  await write(doyun, text);
  await expect.poll(count).toBe(before + 1);

  await tab.click();
  const row = minji.getByRole('list', { name: '대화' }).getByRole('listitem').first();
  await expect(row).toContainText(text);
  await expect(row).toContainText('읽지 않은 글 1개');
  await expect(bubble(doyun, text)).not.toContainText('읽음');

  await row.getByRole('link').click();
  await expect(bubble(minji, text)).toBeVisible();
  await expect(bubble(doyun, text)).toContainText('읽음');
  expect(new URL(minji.url()).pathname).toBe(path);
  await minji.goBack();
  await expect.poll(count).toBe(before);
});

test('offline nothing is lost: order, once each, after a reload too', async () => {
  const [minji, doyun] = await both();
  const texts = ['하나', '둘', '셋'].map(unique);
  await minji.context().setOffline(true);
  for (const text of texts) await write(minji, text);
  await expect(bubble(minji, texts[2] ?? '')).toContainText('보내지 못했어요');
  // One line shows it first; on a slow machine all three have by now.
  await expect(minji.getByRole('button', { name: '다시 보내기' }).first()).toBeVisible();
  await expect(bubble(doyun, texts[0] ?? '')).toHaveCount(0);

  // Something comes meanwhile.
  const meanwhile = unique('저도 곧 출발해요');
  await write(doyun, meanwhile);
  await expect(bubble(doyun, meanwhile)).toBeVisible();

  await minji.context().setOffline(false);
  await minji.goto(path);
  for (const text of texts) await expect(bubble(doyun, text)).toHaveCount(1);
  await expect(bubble(minji, meanwhile)).toHaveCount(1);
  const mine = [...texts, meanwhile];
  const order = async (page: Page): Promise<string[]> => {
    const all = await log(page).getByRole('listitem').allTextContents();
    return all.flatMap((line) => mine.filter((text) => line.includes(text)));
  };
  await expect.poll(() => order(minji)).toEqual(await order(doyun));
  expect((await order(doyun)).filter((text) => text !== meanwhile)).toEqual(texts);
  await expect(minji.getByText('보내지 못했어요')).toHaveCount(0);
});

test('a reload keeps what could not be sent, and another window sends it once', async () => {
  const [minji, doyun] = await both();
  await minji.route(/\/messages$/, (route) =>
    route.request().method() === 'POST' ? route.abort() : route.fallback(),
  );
  await minji.routeWebSocket(/\/api\/chat\/ws/, (socket) => socket.close({ code: 3001 }));
  await minji.reload();
  const text = unique('문 앞이에요');
  await write(minji, text);
  await expect(bubble(minji, text)).toContainText('보내지 못했어요');
  await minji.reload();
  await expect(bubble(minji, text)).toContainText('보내지 못했어요');
  await minji.close();

  const window = await contexts[0].newPage();
  await window.goto(path);
  await expect(bubble(doyun, text)).toHaveCount(1);
  await expect(bubble(window, text)).toContainText('읽음');
  await expect(bubble(window, text)).toHaveCount(1);
});

test('back online it goes on by itself, and what was missed is there', async () => {
  const [minji, doyun] = await both();
  await minji.context().setOffline(true);
  const mine = unique('지하철이에요');
  await write(minji, mine);
  await expect(bubble(minji, mine)).toContainText('보내지 못했어요');
  const theirs = unique('천천히 오세요');
  await write(doyun, theirs);
  await minji.context().setOffline(false);
  await expect(bubble(minji, theirs)).toBeVisible();
  await expect(bubble(doyun, mine)).toHaveCount(1);
  await expect(bubble(minji, mine)).toContainText('읽음');
  await expect(bubble(minji, mine)).toHaveCount(1);
});

test('where no socket gets through it goes over HTTP', async () => {
  const [minji, doyun] = await both();
  await minji.routeWebSocket(/\/api\/chat\/ws/, (socket) => socket.close({ code: 3001 }));
  await minji.reload();
  const mine = unique('소켓 없이도 가요');
  await write(minji, mine);
  await expect(bubble(doyun, mine)).toBeVisible();
  const theirText = unique('받았어요');
  await write(doyun, theirText);
  await expect(bubble(minji, theirText)).toBeVisible({ timeout: 10_000 });
  await expect(bubble(doyun, theirText)).toContainText('읽음', { timeout: 10_000 });
});

test('the end is followed only by who stands there', async () => {
  const [minji, doyun] = await both({ width: 390, height: 480 });
  let filler = '';
  for (let n = 0; n < 6; n += 1) {
    filler = unique('긴 이야기를 하나 더 적어 볼게요, 자리를 채우려고요');
    await write(doyun, filler);
  }
  // One that arrived later would count as new below.
  await expect(bubble(minji, filler)).toBeVisible();
  await expect.poll(() => fromEnd(minji)).toBe(0);

  await log(minji).evaluate((node) => node.scrollBy(0, -400));
  await expect(minji.getByRole('button', { name: '가장 최근 글로' })).toBeVisible();
  const top = await log(minji).evaluate((node) => node.scrollTop);
  const text = unique('여기 봐 주세요');
  await write(doyun, text);
  const jump = minji.getByRole('button', { name: '새 글 1개 보기' });
  await expect(jump).toBeVisible();
  expect(await log(minji).evaluate((node) => node.scrollTop)).toBe(top);
  await expect(bubble(doyun, text)).not.toContainText('읽음');
  await jump.click();
  await expect.poll(() => fromEnd(minji)).toBe(0);
  await expect(bubble(doyun, text)).toContainText('읽음');
  await expect(jump).toBeHidden();
});

test('Enter sends with a keyboard, but not while a syllable is put together', async () => {
  const [minji, doyun] = await both();
  const tail = unique('');
  const cdp = await minji.context().newCDPSession(minji);
  await field(minji).focus();
  await minji.keyboard.insertText(`${tail} 안녕하세`);
  await cdp.send('Input.imeSetComposition', { text: '요', selectionStart: 1, selectionEnd: 1 });
  // As Korean IMEs report the Enter that only ends the syllable.
  const enter = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 229 } as const;
  await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enter });
  await expect(field(minji)).toHaveValue(`${tail} 안녕하세요`);
  await expect(bubble(minji, tail)).toHaveCount(0);

  await cdp.send('Input.insertText', { text: '요' });
  await minji.keyboard.press('Shift+Enter');
  await minji.keyboard.insertText('반가워요');
  await minji.keyboard.press('Enter');
  await expect(field(minji)).toHaveValue('');
  await expect(bubble(doyun, tail)).toHaveCount(1);
  await expect(bubble(doyun, tail).locator('p').first()).toContainText('안녕하세요\n반가워요');

  // Pressing the button with a syllable under way sends it whole and leaves nothing behind.
  const second = unique('');
  await minji.keyboard.insertText(`${second} 고마워`);
  await cdp.send('Input.imeSetComposition', { text: '요', selectionStart: 1, selectionEnd: 1 });
  await minji.getByRole('button', { name: '보내기', exact: true }).click();
  await expect(bubble(doyun, second)).toContainText('고마워요');
  await expect(field(minji)).toHaveValue('');
  await expect(field(minji)).toBeFocused();
});

test('on touch Enter is a new line', async ({ browser }) => {
  const options = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const context = await logInAs(browser, 'minji', options);
  const minji = await context.newPage();
  await minji.goto(path);
  await field(minji).fill('첫 줄');
  await field(minji).press('Enter');
  await expect(field(minji)).toHaveValue('첫 줄\n');
  await expect(minji.getByText('보내는 중')).toHaveCount(0);
  await context.close();
});

for (const lang of ['ko', 'en']) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`screens hold up: ${lang} ${colorScheme}`, async () => {
      const minji = await contexts[0].newPage();
      await minji.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await minji.addInitScript((lang) => localStorage.setItem('dojob.lang', lang), lang);
      for (const size of [{ width: 390, height: 844 }, WIDE.viewport]) {
        await minji.setViewportSize(size);
        for (const where of ['/chat', path]) {
          await minji.goto(where);
          await minji
            .getByText(lang === 'ko' ? '도윤님' : '도윤')
            .first()
            .waitFor();
          await minji.waitForTimeout(500);
          expect(await minji.locator('h1').count()).toBe(1);
          expect(
            await minji.evaluate(() => document.documentElement.scrollWidth - innerWidth),
          ).toBeLessThanOrEqual(0);
          const axe = await new AxeBuilder({ page: minji }).analyze();
          expect(
            axe.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`),
          ).toEqual([]);
        }
      }
      await minji.evaluate(() => localStorage.removeItem('dojob.lang'));
    });
  }
}
