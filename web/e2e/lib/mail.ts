import { expect, type BrowserContext } from '@playwright/test';

const server = process.env['DOJOB_URL'] ?? 'http://localhost:8080';

/** The links of the mails that were sent to an address, oldest first: `/verify#…`. */
async function links(email: string): Promise<string[]> {
  const answer = await fetch(`${server}/dev/mail.json?to=${encodeURIComponent(email)}`);
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  const mails = (await answer.json()) as { plain: string }[];
  return mails.flatMap(({ plain }) => plain.match(/https?:\/\/\S+#\S+/)?.[0] ?? []).map(pathOf);
}

function pathOf(link: string): string {
  const { pathname, hash } = new URL(link);
  return pathname + hash;
}

/** The latest link that leads to this page, waited for. */
export async function linkTo(page: string, email: string): Promise<string> {
  let found: string | undefined;
  await expect
    .poll(async () => (found = (await links(email)).filter((link) => link.startsWith(`${page}#`)).at(-1)), {
      timeout: 15_000,
    })
    .toBeDefined();
  return found ?? '';
}

/** Opens the mail of a sign-up in another tab of the same browser; the tab that waits goes on by itself. */
export async function openMail(context: BrowserContext, email: string): Promise<void> {
  const tab = await context.newPage();
  await tab.goto(await linkTo('/verify', email));
  await tab.getByRole('button', { name: '메일 주소 확인하기' }).click();
  await tab.waitForURL('**/signup?step=profile');
  await tab.close();
}
