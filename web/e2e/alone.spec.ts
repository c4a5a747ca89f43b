import { expect, test } from '@playwright/test';
import { choose, chooseDay, join, listen, meet, publishTalent } from './lib/people.ts';

/** What happens to one person. The server's clock stays where it is. */

test('under fourteen: refused in words, nothing kept', async ({ page }) => {
  await page.goto('/signup');
  const requests: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && requests.push(request.url()));
  const birth = page.getByRole('textbox', { name: '생년월일' });
  await birth.fill('2019.5.5');
  await page.getByRole('button', { name: '다음' }).click();
  await expect(
    page.getByText('아직 가입할 수 있는 나이가 아니에요. 적어 주신 내용은 저장하지 않았어요.'),
  ).toBeVisible();
  await expect(birth).toHaveValue('');
  expect(requests).toEqual([]);
  const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(kept).not.toContain('2019');
});

test('a session that ends in mid-form costs nothing that was typed', async ({ browser }) => {
  const jiho = await meet(browser, '지호');
  const { page, context } = jiho;
  await context.clock.install();
  await join(jiho);
  await page.goto('/post/need');
  await page.getByLabel('제목').fill('흔들리는 의자 다리');
  const body = '식탁 의자 하나가 앉을 때마다 흔들려요. 나사를 조여도 금방 풀려요.';
  await page.getByLabel('내용').fill(body);
  await choose(page, '분야', '살림·수리');

  // Over on the server, and the token in the page is too old to be used.
  await context.clearCookies();
  await context.clock.setSystemTime(Date.now() + 11 * 60_000);
  await page.getByRole('button', { name: '올리기', exact: true }).click();

  const sheet = page.getByRole('dialog', { name: '다시 로그인해 주세요' });
  await expect(sheet.getByText('쓰던 내용은 그대로예요.', { exact: false })).toBeVisible();
  await expect(page.getByLabel('내용')).toHaveValue(body);
  await sheet.getByLabel('비밀번호').fill(jiho.password);
  await sheet.getByRole('button', { name: '로그인', exact: true }).click();

  // What was pressed goes through, once, without pressing again.
  await page.waitForURL(/\/needs\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('흔들리는 의자 다리');
  await expect(page.getByText(body)).toBeVisible();
  await page.goto('/me/posts?kind=need');
  await expect(page.getByRole('link', { name: '흔들리는 의자 다리' })).toHaveCount(1);
  expect(jiho.complaints).toEqual([]);
  await context.close();
});

test('eight tabs, and the ninth still loads; pressing twice proposes once', async ({ browser }) => {
  test.setTimeout(90_000);
  const owner = await meet(browser, '서연');
  const guest = await meet(browser, '하람');
  await join(owner);
  await join(guest);
  const title = `손글씨 ${Math.random().toString(36).slice(2, 6)}`;
  const talent = await publishTalent(owner.page, title);

  await test.step('nine tabs', async () => {
    // The event of a tab that is hidden. All pages of Playwright count as visible.
    const hide = () => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    };
    await guest.context.clock.install();
    for (let tab = 0; tab < 8; tab += 1) {
      const page = await guest.context.newPage();
      listen(page, guest.complaints);
      const stream = page.waitForRequest('**/api/notifications/stream');
      await page.goto('/me');
      await stream;
      await expect(page.getByRole('link', { name: /하람/ })).toBeVisible();
      const closed = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/stream'));
      await page.evaluate(hide);
      await page.clock.fastForward(31_000);
      await closed;
    }
    const ninth = await guest.context.newPage();
    await ninth.goto('/me/profile');
    await expect(ninth.getByLabel('이름')).toHaveValue('하람', { timeout: 5_000 });
  });

  await test.step('one proposal', async () => {
    const { page } = guest;
    await page.goto(`${talent}/propose`);
    await chooseDay(page, 4);
    await choose(page, '시각', '오전 10:00');
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/api/core/engagements'))
        sent.push(request.url());
    });
    await page.getByRole('button', { name: '제안 보내기' }).dblclick();
    await page.waitForURL(/\/engagements\/[0-9a-f-]{36}$/);
    await owner.page.goto('/engagements');
    await expect(owner.page.getByRole('link', { name: title })).toHaveCount(1);
    expect(sent).toHaveLength(1);
  });
  expect([...owner.complaints, ...guest.complaints]).toEqual([]);
  await owner.context.close();
  await guest.context.close();
});
