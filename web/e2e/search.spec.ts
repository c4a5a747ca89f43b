import { expect, test } from '@playwright/test';
import { look, sitAs } from './look.ts';

const MANGWON = '1144012300';

test('a visitor finds, looks, and is asked to log in only for the act', async ({ page }) => {
  const complaints: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto('/');
  await look(page);
  await page.getByLabel('찾을 말').fill('기타');
  await page.getByLabel('찾을 말').press('Enter');
  await page.waitForURL((url) => url.pathname === '/search' && url.searchParams.get('q') === '기타');
  await page.goto(`/search?q=기타&region=${MANGWON}`);
  const row = page.getByRole('link', { name: '통기타 첫걸음, 코드 세 개로 한 곡' });
  await expect(row.locator('mark')).toHaveText('기타');
  await look(page);

  await row.click();
  await page.waitForURL('**/talents/*');
  const talent = new URL(page.url()).pathname;
  await expect(page.getByText('화·목 저녁, 토 오전').first()).toBeVisible();
  await look(page);
  await page.getByRole('button', { name: '시간 제안하기' }).click();
  await expect(page.getByRole('dialog', { name: '로그인하면 이어서 할 수 있어요' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.goBack();
  await expect(page).toHaveURL(/\/search\?q=/);

  await page.goto(talent);
  await page.getByRole('link', { name: '도윤님' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('도윤님');
  await expect(page.getByText('나눔 12번')).toBeVisible();
  await look(page);
  expect(complaints).toEqual([]);
});

test('filters live in the address, and nothing found is never an end', async ({ page }, info) => {
  await page.goto(`/search?region=${MANGWON}`);
  await page.getByRole('link', { name: '도움 요청', exact: true }).click();
  await expect(page).toHaveURL(/kind=need/);
  if (info.project.name === 'phone') await page.getByLabel('분야').selectOption('music');
  else await page.getByRole('complementary').getByText('음악', { exact: true }).click();
  await expect(page).toHaveURL(/category=music/);

  await page.goto(`/search?region=${MANGWON}&q=첼로`);
  await expect(page.getByText('‘첼로’에 맞는 재능이 없어요.')).toBeVisible();
  await look(page);
  await page.getByRole('button', { name: /찾을 말 없이/ }).click();
  await expect(page.getByLabel('찾을 말')).toHaveValue('');
  await expect(page.getByRole('list', { name: '재능' }).getByRole('listitem').first()).toBeVisible();
});

test('rows stay and no emptiness is claimed while a syllable is put together', async ({ page }) => {
  await page.goto(`/search?region=${MANGWON}&q=기타`);
  const rows = page.getByRole('list', { name: '재능' }).getByRole('listitem');
  await rows.first().waitFor();
  await page.getByLabel('찾을 말').focus();
  const keys = await page.context().newCDPSession(page);
  for (const text of ['ㅊ', '체', '첼', '첼ㄹ', '첼로']) {
    await keys.send('Input.imeSetComposition', {
      selectionStart: text.length,
      selectionEnd: text.length,
      text,
    });
    await page.waitForTimeout(120);
    await expect(page.getByText(/맞는 재능이 없어요/)).toHaveCount(0);
  }
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/search/);
  await keys.send('Input.insertText', { text: '첼로' });
  await expect(page.getByText(/‘.*첼로.*’에 맞는 재능이 없어요/)).toBeVisible();
});

test('more comes by itself, and back leads to the same row', async ({ page }) => {
  await page.goto(`/search?region=${MANGWON}&reach=all`);
  const rows = page.getByRole('list', { name: '재능' }).getByRole('listitem');
  await rows.first().waitFor();
  await expect(rows).toHaveCount(20);
  await rows.nth(19).scrollIntoViewIfNeeded();
  await expect.poll(() => rows.count()).toBeGreaterThan(20);
  const row = rows.nth(24).getByRole('link');
  await row.scrollIntoViewIfNeeded();
  const title = await row.innerText();
  await row.click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
  await page.goBack();
  await expect(page.getByRole('link', { name: title })).toBeInViewport();
});

test('a member sees first what waits for an answer', async ({ page }) => {
  await sitAs(page, '민지');
  await expect(page.getByRole('heading', { level: 2 }).first()).toHaveText('내 차례예요');
  await expect(page.getByText('다음 약속')).toBeVisible();
  await look(page);
  await page.goto(`/search?q=통기타&region=${MANGWON}`);
  await page.getByRole('link', { name: '통기타 첫걸음, 코드 세 개로 한 곡' }).click();
  const talk = page.getByRole('button', { name: /물어보기|대화 이어 가기/ });
  await talk.click();
  await page.waitForURL('**/chat/*');
});
