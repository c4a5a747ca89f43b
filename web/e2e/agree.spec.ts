import { expect, test } from '@playwright/test';
import { join, meet } from './lib/people.ts';
import { look } from './look.ts';

/** The server has one version of each text; that it holds somebody and what has changed is played here. */
test('who has not agreed to the new text reads what changed, agrees and goes on', async ({ browser }) => {
  const me = await meet(browser, '하늘');
  const { page } = me;
  await join(me);
  let held = true;
  let asked: unknown = null;
  await page.route('**/api/auth/refresh', async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as object;
    await route.fulfill({ response, json: { ...body, must_agree: held ? ['terms'] : [] } });
  });
  await page.route(/\/api\/auth\/documents\/terms/, async (route) => {
    const response = await route.fetch();
    const body = (await response.json()) as object;
    await route.fulfill({ response, json: { ...body, changes: ['탈퇴를 설정에서 직접 할 수 있어요.'] } });
  });
  await page.route('**/api/auth/account/consents', async (route) => {
    asked = route.request().postDataJSON();
    held = false;
    await route.continue();
  });

  await page.goto('/engagements');
  await expect(page.getByRole('heading', { name: '약관이 바뀌었어요' })).toBeVisible();
  await expect(page.getByText('탈퇴를 설정에서 직접 할 수 있어요.')).toBeVisible();
  await look(page);
  const agree = page.getByRole('button', { name: '동의하고 이어서 하기' });
  await agree.click();
  await expect(page.getByText('동의하면 이어서 할 수 있어요.')).toBeVisible();
  await page.getByRole('button', { name: '이용약관 보기' }).click();
  await expect(
    page.getByRole('dialog').getByRole('heading', { name: '1. 이 약관은 무엇인가요' }),
  ).toBeVisible();
  await page.goBack();
  await page.getByLabel('바뀐 이용약관에 동의해요').check();
  await agree.click();
  await expect(page.getByRole('heading', { name: '약관이 바뀌었어요' })).toHaveCount(0);
  expect(asked).toMatchObject({ consents: [{ doc: 'terms' }] });
  expect(me.complaints).toEqual([]);
});
