import { expect, test } from '@playwright/test';
import { chip, look, sitAs } from './look.ts';

test('what a visitor wrote survives the log-in, is published, edited and rests', async ({ page }, info) => {
  const title = `종이배 접기 ${info.project.name} ${Date.now()}`;
  await page.goto('/post');
  await look(page);
  await page.getByRole('link', { name: '재능 올리기' }).click();
  await look(page);
  await page.getByRole('button', { name: '올리기', exact: true }).click();
  await expect(page.getByLabel('제목')).toBeFocused();
  await expect(page.getByText('분야를 골라 주세요.')).toBeVisible();

  await page.getByLabel('제목').fill(title);
  await page.getByLabel('내용').fill('신문지 한 장으로 물에 뜨는 배를 함께 접어요.');
  await chip(page, '글씨·만들기');
  await chip(page, '직접 입력');
  await page.getByLabel('몇 분인가요?').fill('9');
  await page.getByLabel('토요일 오전').check();
  await page.getByRole('button', { name: '동네 고르기' }).click();
  await page.getByRole('combobox').fill('망원');
  await page.getByRole('option').first().click();
  await page.getByRole('button', { name: '올리기', exact: true }).click();
  await expect(page.getByText('15분부터 480분까지 쓸 수 있어요.').first()).toBeVisible();
  await page.getByLabel('몇 분인가요?').fill('25');
  if (info.project.name === 'phone') {
    await page.getByRole('button', { name: '미리 보기' }).click();
    await expect(page.getByRole('dialog').getByText('25분 · 만나서 · 토 오전')).toBeVisible();
    await page.goBack();
  } else {
    await expect(page.getByRole('complementary').getByText('25분 · 만나서 · 토 오전')).toBeVisible();
  }

  await page.getByRole('button', { name: '올리기', exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: '로그인', exact: true }).click();
  await page.getByRole('button', { name: '도윤님 자리에서 보기' }).click();
  await page.waitForURL('**/post/talent');
  await expect(page.getByLabel('제목')).toHaveValue(title);
  await page.getByRole('button', { name: '올리기', exact: true }).click();
  await page.waitForURL('**/talents/*');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
  await look(page);

  await page.getByRole('link', { name: '고치기' }).click();
  await page.waitForURL('**/edit');
  await page.getByLabel('준비물').fill('신문지 한 장');
  await look(page);
  await page.getByRole('button', { name: '저장' }).click();
  await expect(page.getByText('준비물: 신문지 한 장')).toBeVisible();
  await page.getByRole('button', { name: '잠시 쉬기' }).click();
  await expect(page.getByText('잠시 쉬고 있어요. 찾기에 나오지 않아요.')).toBeVisible();
  await look(page);
});

test('an unsent text is found again, and a request is closed by its owner', async ({ page }, info) => {
  await sitAs(page, '도윤');
  const title = `상자 나르기 ${info.project.name} ${Date.now()}`;
  await page.goto('/post/need');
  await page.getByLabel('제목').fill(title);
  await page.reload();
  await page.getByRole('button', { name: '이어서 쓰기' }).click();
  await expect(page.getByLabel('제목')).toHaveValue(title);
  await page.getByLabel('내용').fill('책 상자 다섯 개를 삼 층까지 같이 날라 주세요.');
  await chip(page, '살림·수리');
  await chip(page, '7일');
  await page.getByRole('button', { name: '올리기', exact: true }).click();
  await page.waitForURL('**/needs/*');
  await look(page);
  await page.getByRole('button', { name: '요청 마치기' }).click();
  await expect(page.getByText('마친 요청이에요. 찾기에 나오지 않아요.')).toBeVisible();
  await expect(page.getByRole('button', { name: '잠시 쉬기' })).toHaveCount(0);
});
