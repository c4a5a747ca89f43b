import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { linkTo, openMail } from './mail.ts';

export const url = process.env['DOJOB_URL'] ?? 'http://localhost:8080';

export interface Person {
  name: string;
  email: string;
  password: string;
  context: BrowserContext;
  page: Page;
  /** What the console complained about. */
  complaints: string[];
}

/** A browser of their own, with no one logged in. */
export async function meet(
  browser: Browser,
  name: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Person> {
  const context = await browser.newContext({ baseURL: url, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  listen(page, complaints);
  const email = `${crypto.randomUUID().slice(0, 13)}@example.org`;
  return { name, email, password: '한 시간이면 충분해요', context, page, complaints };
}

export function listen(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    // A refusal that the story provokes is a failed request too; what counts is what the page shows.
    if (message.type() !== 'error' || message.text().startsWith('Failed to load resource')) return;
    complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
}

/** The four steps and the mail as a person takes them; afterwards the page stands where `next` led. */
export async function signUp(person: Person, birth = '1990.3.14'): Promise<void> {
  const { page } = person;
  await page.getByRole('textbox', { name: '생년월일' }).fill(birth);
  await page.getByRole('button', { name: '다음' }).click();
  await page.getByRole('checkbox', { name: '모두 동의해요' }).check();
  await page.getByRole('button', { name: '다음' }).click();
  await page.getByLabel('이메일').fill(person.email);
  await page.getByLabel('비밀번호', { exact: true }).fill(person.password);
  await page.getByRole('button', { name: '계정 만들기' }).click();
  await expect(page.getByRole('heading', { name: '메일을 확인해 주세요' })).toBeVisible();
  await openMail(person.context, person.email);
  await page.getByLabel('이름').fill(person.name);
  await pickPlace(page, '동네 고르기', '망원');
  await page.getByRole('button', { name: '시작하기' }).click();
}

/** Opens the picker and takes 망원동. */
export async function pickPlace(page: Page, button: string, typed: string): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('combobox', { name: '동네 찾기' }).fill(typed);
  await page.getByRole('option', { name: '망원동' }).first().click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
}

/** For stories that begin later: the same person without the four steps. */
export async function join(person: Person): Promise<void> {
  const { page, name, email, password } = person;
  await page.goto('/terms/terms');
  await page.evaluate(
    async ({ email, password }) => {
      const documents = (await (await fetch('/api/auth/documents')).json()) as {
        items: { doc: string; version: string }[];
      };
      const consents = documents.items.map(({ doc, version }) => ({ doc, version }));
      const answer = await fetch('/api/auth/signup', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password, birth_date: '1990-03-14', consents, locale: 'ko' }),
      });
      if (!answer.ok) throw new Error(`signup ${answer.status} ${await answer.text()}`);
    },
    { email, password },
  );
  const token = (await linkTo('/verify', email)).replace(/^[^#]*#/, '');
  await page.evaluate(
    async ({ name, token }) => {
      const call = async (method: string, path: string, body: unknown, token?: string) => {
        const answer = await fetch(path, {
          method,
          headers: {
            'content-type': 'application/json',
            ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify(body),
        });
        if (!answer.ok) throw new Error(`${path} ${answer.status} ${await answer.text()}`);
        return (await answer.json()) as { access_token: string };
      };
      const { access_token } = await call('POST', '/api/auth/address/verify', { token });
      const found = (await (await fetch('/api/addresses/regions?q=망원동&limit=1')).json()) as {
        items: { code: string }[];
      };
      await call('PATCH', '/api/core/me', { name, region_code: found.items[0]?.code }, access_token);
      localStorage.setItem('dojob.member', '1');
    },
    { name, token },
  );
}

/** One of the two whom the practice neighbourhood lets in. */
export async function logInAs(page: Page, name: '민지' | '도윤'): Promise<void> {
  await page.goto('/terms/terms');
  await page.evaluate(async (name) => {
    const accounts = (await (await fetch('/api/auth/demo')).json()) as {
      items: { name: string; email: string; password: string }[];
    };
    const account = accounts.items.find((one) => one.name === name);
    const answer = await fetch('/api/auth/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: account?.email, password: account?.password }),
    });
    if (!answer.ok) throw new Error(await answer.text());
    localStorage.setItem('dojob.member', '1');
  }, name);
}

/** One of a group of chips: the radio itself is the size of a dot, people press its label. */
export async function choose(page: Page, legend: string | RegExp, label: string | RegExp): Promise<void> {
  await page
    .getByRole('group', { name: legend })
    .first()
    .locator('label')
    .filter({ hasText: label })
    .first()
    .click();
}

/** The n-th day of the strip, and which it is ("2026-11-28"). */
export async function chooseDay(page: Page, nth: number): Promise<string> {
  const day = (await page.locator('input[name="day"]').nth(nth).getAttribute('value')) ?? '';
  await page.locator(`label:has(input[name="day"][value="${day}"])`).click();
  return day;
}

export function atSeoul(day: string, time: string): Date {
  return new Date(`${day}T${time}:00+09:00`);
}

export async function publishTalent(page: Page, title: string): Promise<string> {
  await page.goto('/post/talent');
  await page.getByLabel('제목').fill(title);
  await page
    .getByLabel('내용')
    .fill('코드 세 개만 익히면 한 곡을 함께 칠 수 있어요. 기타는 제가 두 대 가져가요.');
  await choose(page, '분야', '음악');
  await page.getByRole('button', { name: '올리기', exact: true }).click();
  await page.waitForURL(/\/talents\/[0-9a-f-]{36}$/);
  return new URL(page.url()).pathname;
}
