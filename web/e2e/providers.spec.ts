import { expect, test, type Page } from '@playwright/test';
import { look } from './look.ts';
import { linkTo } from './lib/mail.ts';
import { pickPlace, url } from './lib/people.ts';

/** Needs a dojob that knows the fakes: `node tools/fakes/providers.mjs` prints the settings. */
test.beforeEach(async ({ request }) => {
  const offered = (await (await request.get(`${url}/api/auth/providers`)).json()) as { items: unknown[] };
  test.skip(offered.items.length === 0, 'no identity provider is offered here');
});

/** On the provider's page: one of its people, or the one with a number. */
async function choose(page: Page, who: string): Promise<void> {
  if (/^\d+$/.test(who)) {
    await page.getByLabel('번호', { exact: true }).fill(who);
    await page.getByRole('button', { name: '이 사람으로' }).click();
  } else {
    await page.getByRole('button', { name: who, exact: true }).click();
  }
}

test('a person joins with Kakao, logs in again, and links Naver', async ({ page, context }) => {
  // Nobody has been here with it before.
  const me = String(Date.now());
  await page.goto('/login');
  const buttons = page.getByRole('button', { name: /시작하기$/ });
  await expect(buttons).toHaveText([
    '카카오로 시작하기',
    '네이버로 시작하기',
    'Google로 시작하기',
    'Apple로 시작하기',
  ]);
  await look(page);
  await page.getByRole('button', { name: '카카오로 시작하기' }).click();
  await choose(page, me);

  // Nothing is stored yet: the age and the consent come first.
  await expect(page.getByText('가입을 마치기 전에는 아무것도 저장하지 않아요.')).toBeVisible();
  await look(page);
  await page.getByLabel('생년월일').fill('1990.3.14');
  await page.getByRole('button', { name: '다음' }).click();
  await page.getByLabel('모두 동의해요').check();
  await look(page);
  await page.getByRole('button', { name: '다음' }).click();
  await page.getByLabel('이름').fill('도윤');
  await pickPlace(page, '동네 고르기', '망원');
  await page.getByRole('button', { name: '시작하기' }).click();
  await page.waitForURL('/');

  await page.goto('/me/settings');
  await expect(page.getByText('이메일이 없는 계정이에요.')).toBeVisible();
  await page.getByRole('link', { name: '로그인 방법' }).click();
  await expect(page.getByText('하나 남은 로그인 방법이에요')).toBeVisible();
  await look(page);
  await page
    .getByRole('listitem')
    .filter({ hasText: '네이버' })
    .getByRole('button', { name: '연결' })
    .click();
  await choose(page, me);
  await page.waitForURL('**/me/log-ins');
  await expect(page.getByRole('button', { name: '해제' })).toHaveCount(2);

  await context.clearCookies({ domain: 'localhost' });
  await page.evaluate(() => localStorage.clear());
  await page.goto('/login?next=/me');
  await page.getByRole('button', { name: '네이버로 시작하기' }).click();
  await choose(page, me);
  await page.waitForURL('**/me');
});

test('who has no password proves at the provider who they are, and what waited is done', async ({ page }) => {
  const me = String(Date.now());
  await page.goto('/login');
  await page.getByRole('button', { name: '카카오로 시작하기' }).click();
  await choose(page, me);
  await page.getByLabel('생년월일').fill('1990.3.14');
  await page.getByRole('button', { name: '다음' }).click();
  await page.getByLabel('모두 동의해요').check();
  await page.getByRole('button', { name: '다음' }).click();
  await page.getByLabel('이름').fill('도윤');
  await pickPlace(page, '동네 고르기', '망원');
  await page.getByRole('button', { name: '시작하기' }).click();
  await page.waitForURL('/');

  // The server would say so five minutes after the log-in.
  let asked = 0;
  await page.route('**/api/auth/account/address', async (route) => {
    asked += 1;
    if (asked > 1) return route.continue();
    return route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 403, code: 'proof.needed' }),
    });
  });
  const email = `${crypto.randomUUID().slice(0, 13)}@example.org`;
  await page.goto('/me/settings');
  await page.getByRole('button', { name: '이메일 바꾸기' }).click();
  await page.getByLabel('새 이메일').fill(email);
  await page.getByRole('button', { name: '메일 받기' }).click();
  const sheet = page.getByRole('dialog', { name: '다시 한 번 확인해 주세요' });
  await expect(sheet.getByLabel('지금 비밀번호')).toHaveCount(0);
  await look(page);
  await sheet.getByRole('button', { name: '카카오로 확인하기' }).click();
  await choose(page, me);
  await page.waitForURL('**/me/settings');
  await expect(
    page.getByRole('status').filter({ hasText: '본인 확인을 마치고 하던 일을 끝냈어요' }),
  ).toHaveCount(1);
  expect(asked).toBe(2);
  await linkTo('/address/confirm', email);
});

test('who is too young, or changes their mind, leaves nothing', async ({ page, context }) => {
  await page.goto('/login');
  await page.getByRole('button', { name: 'Google로 시작하기' }).click();
  await choose(page, '이름 없음');
  await page.getByLabel('생년월일').fill('2013.1.1');
  await page.getByRole('button', { name: '다음' }).click();
  await expect(
    page.getByText('아직 가입할 수 있는 나이가 아니에요. 적어 주신 내용은 저장하지 않았어요.'),
  ).toBeVisible();
  await look(page);
  const kept = await context.cookies(`${url}/api/auth/pending`);
  expect(kept.filter(({ name }) => name.endsWith('dojob_pending'))).toEqual([]);

  await page.goto('/login');
  await page.getByRole('button', { name: 'Apple로 시작하기' }).click();
  await choose(page, '취소');
  await expect(page.getByText('로그인을 취소했어요. 다른 방법으로도 시작할 수 있어요.')).toBeVisible();
  await look(page);
});

test('inside KakaoTalk the way to Google is told', async ({ browser }) => {
  const context = await browser.newContext({
    baseURL: url,
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 KAKAOTALK/25.9.0 (INAPP)',
  });
  const page = await context.newPage();
  await page.goto('/login');
  await expect(page.getByText('카카오톡 안에서는 Google 로그인을 쓸 수 없어요.')).toBeVisible();
  await expect(page.getByRole('link', { name: '다른 브라우저로 열기' })).toHaveAttribute(
    'href',
    /^kakaotalk:\/\/web\/openExternal\?url=/,
  );
  await expect(page.getByRole('button', { name: 'Google로 시작하기' })).toHaveCount(0);
  await look(page);
  await context.close();
});
