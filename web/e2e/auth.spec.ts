import { expect, test } from '@playwright/test';
import { linkTo, openMail } from './lib/mail.ts';
import { join, meet, url } from './lib/people.ts';
import { look } from './look.ts';

test('a person joins in four steps and a mail, and back keeps what was typed', async ({
  page,
  context,
}, info) => {
  const next = page.getByRole('button', { name: '다음' });
  await page.goto('/signup?next=/post/talent');
  await look(page);

  await page.getByLabel('생년월일').fill('2020.1.1');
  await next.click();
  await expect(
    page.getByText('아직 가입할 수 있는 나이가 아니에요. 적어 주신 내용은 저장하지 않았어요.'),
  ).toBeVisible();
  await expect(page.getByLabel('생년월일')).toHaveValue('');
  await page.getByLabel('생년월일').fill('1990.3.14');
  await next.click();

  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(page.getByRole('checkbox', { checked: true })).toHaveCount(0);
  await look(page);
  await next.click();
  await expect(page.getByLabel('(필수) 이용약관')).toBeFocused();
  await page.getByRole('button', { name: '이용약관 보기' }).click();
  await expect(page.getByRole('dialog').getByText('2026-11-30')).toBeVisible();
  await page.goBack();
  await page.getByLabel('모두 동의해요').check();
  await page.getByLabel('(선택) 소식 받기').uncheck();
  await expect(page.getByLabel('모두 동의해요')).not.toBeChecked();
  await next.click();

  const email = page.getByLabel('이메일');
  const password = page.getByLabel('비밀번호', { exact: true });
  await email.fill('MINJI@dojob.example');
  await password.fill('short');
  await page.getByRole('button', { name: '계정 만들기' }).click();
  await expect(page.getByText('비밀번호는 10자부터 쓸 수 있어요.')).toBeVisible();
  await page.goBack();
  await expect(page.getByLabel('(필수) 이용약관')).toBeChecked();
  await page.goForward();
  await expect(password).toHaveValue('short');
  await look(page);
  await password.fill('긴 비밀번호도 괜찮아요');
  const address = `${info.project.name}-${Date.now()}@dojob.example`;
  await email.fill(address);
  await page.getByRole('button', { name: '계정 만들기' }).click();
  await expect(page.getByText(`${address}에 메일을 보냈어요.`, { exact: false })).toBeVisible();
  await look(page);
  await openMail(context, address);

  await page.getByLabel('이름').fill('하늘');
  await look(page);
  await page.getByRole('button', { name: '시작하기' }).click();
  await expect(page.getByText('동네를 골라 주세요.')).toBeVisible();
  await page.getByRole('button', { name: '동네 고르기' }).click();
  await page.getByRole('combobox').fill('ㅁㅇㄷ');
  await page.getByRole('option', { name: '망원동' }).first().click();
  await page.getByRole('button', { name: '시작하기' }).click();

  await page.waitForURL('**/post/talent');
  await expect(page.getByRole('button', { name: '서울특별시 마포구 망원동' })).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('하늘님, 어떤 한 시간을 나눠 볼까요?');
  await expect(page.getByText('동네를 고르고 한 시간을 올려 보세요.')).toBeVisible();
  await look(page);
});

test('logging in does not reveal who is registered', async ({ page }) => {
  await page.goto('/login?next=//evil.example');
  for (const email of ['minji@dojob.example', `nobody-${Date.now()}@dojob.example`]) {
    await page.getByLabel('이메일').fill(email);
    await page.getByLabel('비밀번호', { exact: true }).fill('not the password');
    await page.locator('form').getByRole('button', { name: '로그인', exact: true }).click();
    await expect(
      page.getByRole('alert').filter({ hasText: '이메일이나 비밀번호가 맞지 않아요.' }),
    ).toBeVisible();
  }
});

test('who forgot the password sets another by a link that works once', async ({ page, context, browser }) => {
  const person = { ...(await meet(browser, '하늘')), page, context };
  await join(person);
  await page.goto('/forgotten');
  await look(page);
  await page.getByLabel('이메일').fill(person.email);
  await page.getByRole('button', { name: '메일 받기' }).click();
  await expect(page.getByText('30분 안에 메일의 버튼을 눌러 주세요.', { exact: false })).toBeVisible();
  const link = await linkTo('/reset', person.email);
  await page.goto(link);
  await look(page);
  await page.getByLabel('새 비밀번호').fill('새로 정한 긴 비밀번호');
  await page.getByRole('button', { name: '비밀번호 바꾸기' }).click();
  await page.waitForURL('**/login');
  await page.getByLabel('이메일').fill(person.email);
  await page.getByLabel('비밀번호', { exact: true }).fill('새로 정한 긴 비밀번호');
  await page.getByRole('button', { name: '로그인', exact: true }).click();
  await page.waitForURL('**/');

  await page.goto('/terms/terms');
  await page.goto(link);
  await page.getByLabel('새 비밀번호').fill('또 다른 긴 비밀번호');
  await page.getByRole('button', { name: '비밀번호 바꾸기' }).click();
  await expect(page.getByText('이미 쓴 링크예요.')).toBeVisible();
  await look(page);
});

test('an address is changed by the mail that goes there', async ({ page, context, browser }) => {
  const person = { ...(await meet(browser, '하늘')), page, context };
  await join(person);
  const fresh = `new-${person.email}`;
  await page.goto('/me/settings');
  await page.getByRole('button', { name: '이메일 바꾸기' }).click();
  await page.getByLabel('새 이메일').fill(fresh);
  await page.getByRole('button', { name: '메일 받기' }).click();
  await expect(page.getByRole('status').filter({ hasText: `${fresh}에 메일을 보냈어요.` })).toHaveCount(1);
  await page.goto(await linkTo('/address/confirm', fresh));
  await look(page);
  await page.getByRole('button', { name: '이 주소로 바꾸기' }).click();
  await expect(page.getByRole('status').filter({ hasText: '메일 주소를 바꿨어요.' })).toHaveCount(1);
  await page.goto('/me/settings');
  await expect(page.getByText(fresh)).toBeVisible();
  await page.goto(await linkTo('/address/undo', person.email));
  await look(page);
});

test('what protects the account asks once more who it is, and then goes through by itself', async ({
  page,
  context,
  browser,
}) => {
  const person = { ...(await meet(browser, '하늘')), page, context };
  await join(person);
  await page.goto('/me/security-log');
  await expect(page.getByRole('heading', { name: '가입했어요' })).toBeVisible();
  await expect(page.getByText('지금과 같은 네트워크')).toBeVisible();
  await look(page);

  // The server would say so five minutes after the log-in.
  let asked = 0;
  await page.route('**/api/auth/account/address', async (route) => {
    asked += 1;
    if (asked % 2 === 0) return route.continue();
    return route.fulfill({
      status: 403,
      contentType: 'application/problem+json',
      body: JSON.stringify({ status: 403, code: 'proof.needed' }),
    });
  });
  const fresh = `proved-${person.email}`;
  await page.goto('/me/settings');
  const open = page.getByRole('button', { name: '이메일 바꾸기' });
  await open.focus();
  await page.keyboard.press('Enter');
  await page.getByLabel('새 이메일').fill(fresh);
  await page.keyboard.press('Enter');

  // By keyboard alone: the title is said first, Escape puts it off, and the form is as it was.
  const sheet = page.getByRole('dialog', { name: '다시 한 번 확인해 주세요' });
  await expect(sheet.getByRole('heading', { name: '다시 한 번 확인해 주세요' })).toBeFocused();
  await look(page);
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
  await expect(
    page.getByRole('alert').filter({ hasText: '본인인지 다시 확인하면 할 수 있어요.' }),
  ).toBeVisible();
  await expect(page.getByLabel('새 이메일')).toHaveValue(fresh);

  asked = 0;
  await page.getByLabel('새 이메일').press('Enter');
  await sheet.getByLabel('지금 비밀번호').fill('제 비밀번호가 아니에요');
  await page.keyboard.press('Enter');
  await expect(sheet.getByText('지금 비밀번호가 맞지 않아요.')).toBeVisible();
  await sheet.getByLabel('지금 비밀번호').fill(person.password);
  await page.keyboard.press('Enter');
  await expect(sheet).toHaveCount(0);
  await expect(page.getByRole('status').filter({ hasText: `${fresh}에 메일을 보냈어요.` })).toHaveCount(1);
  expect(asked).toBe(2);
});

test('the link of a sign-up asks for the password in another browser', async ({ page, playwright }) => {
  const request = await playwright.request.newContext({ baseURL: url });
  const email = `${crypto.randomUUID().slice(0, 13)}@example.org`;
  const documents = (await (await request.get('/api/auth/documents')).json()) as {
    items: { doc: string; version: string }[];
  };
  const consents = documents.items.map(({ doc, version }) => ({ doc, version }));
  const password = '한 시간이면 충분해요';
  const data = { email, password, birth_date: '1990-03-14', consents, locale: 'ko' };
  expect((await request.post('/api/auth/signup', { data })).status()).toBe(202);
  await page.goto(await linkTo('/verify', email));
  await page.getByRole('button', { name: '메일 주소 확인하기' }).click();
  const field = page.getByLabel('비밀번호', { exact: true });
  await expect(field).toBeFocused();
  await look(page);
  await field.fill('다른 사람이 정한 비밀번호');
  await field.press('Enter');
  await expect(page.getByText('가입할 때 정한 비밀번호가 아니에요.')).toBeVisible();
  await field.fill(password);
  await field.press('Enter');
  await page.waitForURL('**/signup?step=profile');
  await request.dispose();
});

test('a link without its token says what to do', async ({ page }) => {
  for (const path of ['/verify', '/reset', '/address/confirm', '/address/undo']) {
    await page.goto(path);
    await expect(
      page.getByText('메일에 있는 버튼을 눌러서 다시 열어 주세요.', { exact: false }),
    ).toBeVisible();
  }
});

test('a person leaves, logs in again and keeps the account', async ({ page, context, browser }) => {
  const person = { ...(await meet(browser, '바다')), page, context };
  const { email, password } = person;
  await join(person);
  await page.goto('/me/settings');
  await page.getByRole('link', { name: '탈퇴하기' }).click();
  await expect(page.getByRole('heading', { name: '지워지는 것' })).toBeVisible();
  await look(page);
  await page.getByRole('button', { name: '탈퇴 신청하기' }).click();
  await expect(page.getByText('읽었는지 표시해 주세요.')).toBeVisible();
  await page.getByLabel('무엇이 지워지고 무엇이 남는지 읽었어요').check();
  await page.getByRole('button', { name: '탈퇴 신청하기' }).click();
  await expect(page.getByRole('heading', { name: '탈퇴를 신청했어요' })).toBeVisible();
  await look(page);

  await page.getByRole('link', { name: '로그인해서 취소하기' }).click();
  await page.getByLabel('이메일').fill(email);
  await page.getByLabel('비밀번호', { exact: true }).fill(password);
  await page.getByRole('button', { name: '로그인', exact: true }).click();
  const strip = page.getByRole('complementary', { name: '탈퇴 신청' });
  await expect(strip).toBeVisible();
  await look(page);
  await strip.getByRole('button', { name: '탈퇴 취소하기' }).click();
  await expect(strip).toBeHidden();
  await page.reload();
  await expect(page.getByRole('link', { name: '나', exact: true }).first()).toBeVisible();
  await expect(strip).toBeHidden();
});
