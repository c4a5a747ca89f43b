import { expect, test, type Page } from '@playwright/test';
import { followClock, moveClock, moveClockTo } from './lib/clock.ts';
import { atSeoul, choose, chooseDay, join, meet, publishTalent, signUp, type Person } from './lib/people.ts';

/** Two people, two browsers, one clock that both the server and the browsers follow. One after the other. */
test.describe.configure({ timeout: 120_000 });

/** Lines in the middle of a conversation, or messages. */
const log = (page: Page) => page.getByRole('log');

async function write(page: Page, text: string): Promise<void> {
  await page.getByLabel('메시지', { exact: true }).fill(text);
  await page.getByRole('button', { name: '보내기', exact: true }).click();
}

/** How many notices wait, as the bell of the home page shows it. */
async function bell(page: Page, count: number): Promise<void> {
  const name = count === 0 ? '소식' : `소식, 읽지 않은 것 ${count}개`;
  await expect(page.getByRole('main').getByRole('link', { name, exact: true })).toBeVisible();
}

async function tell(page: Page, claim: string, minutes?: string): Promise<void> {
  await page.getByRole('button', { name: '알려 주기' }).click();
  const sheet = page.getByRole('dialog');
  await expect(sheet.getByRole('radio', { checked: true })).toHaveCount(0);
  // The name of a row begins with what is claimed; notes follow.
  await sheet.getByRole('radio', { name: new RegExp(`^${claim}`) }).check();
  if (minutes !== undefined) {
    await choose(page, '몇 분이었나요?', '직접 입력');
    await sheet.getByLabel('몇 분', { exact: true }).fill(minutes);
  }
  await sheet.getByRole('button', { name: '답 보내기' }).click();
  await expect(sheet).toHaveCount(0);
}

async function quiet(...people: Person[]): Promise<void> {
  for (const { name, complaints, context } of people) {
    expect(complaints, name).toEqual([]);
    await context.close();
  }
}

test('an hour of guitar, from the first look to the record', async ({ browser }) => {
  const minji = await meet(browser, '민지');
  const doyun = await meet(browser, '도윤');
  const clocks = [minji.context, doyun.context];
  await followClock(...clocks);
  const title = `통기타 첫걸음 ${Math.random().toString(36).slice(2, 6)}`;
  let talent = '';
  let engagement = '';
  let start = new Date();

  await test.step('도윤 signs up and offers', async () => {
    await doyun.page.goto('/signup?next=/post/talent');
    await signUp(doyun, '1988-07-02');
    await doyun.page.waitForURL('**/post/talent');
    talent = await publishTalent(doyun.page, title);
    await expect(doyun.page.getByRole('heading', { level: 1 })).toHaveText(title);
  });

  const { page } = minji;
  await test.step('민지 finds it without an account, by 기타 and by ㄱㅌ', async () => {
    await page.goto('/');
    await page.getByRole('textbox', { name: '찾을 말' }).fill('기타');
    await page.getByRole('textbox', { name: '찾을 말' }).press('Enter');
    await page.waitForURL('**/search?*');
    await expect(page.getByRole('link', { name: title })).toBeVisible();

    await page.goto('/search?sort=newest');
    await page.getByRole('textbox', { name: '찾을 말' }).click();
    const ime = await minji.context.newCDPSession(page);
    await ime.send('Input.imeSetComposition', { text: 'ㄱ', selectionStart: 1, selectionEnd: 1 });
    await ime.send('Input.insertText', { text: 'ㄱ' });
    await ime.send('Input.imeSetComposition', { text: 'ㅌ', selectionStart: 1, selectionEnd: 1 });
    await expect(page.getByRole('textbox', { name: '찾을 말' })).toHaveValue('ㄱㅌ');
    await expect(page.locator('mark', { hasText: '기타' }).first()).toBeVisible();
    await page.getByRole('link', { name: title }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
  });

  await test.step('the act asks who she is, and she comes back to the same place', async () => {
    await page.getByRole('button', { name: '시간 제안하기' }).click();
    const gate = page.getByRole('dialog', { name: '로그인하면 이어서 할 수 있어요' });
    await gate.getByRole('button', { name: '가입하기' }).click();
    await signUp(minji, '1990.3.14');
    await page.waitForURL(`**${talent}/propose`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('시간 제안하기');
  });

  await test.step('she asks, and they talk', async () => {
    await page.goto(talent);
    await page.getByRole('button', { name: '물어보기' }).click();
    await page.waitForURL('**/chat/*');
    await write(page, '기타가 없어도 괜찮을까요?');
    await expect(log(page)).toContainText('기타가 없어도 괜찮을까요?');

    await doyun.page.goto('/');
    await bell(doyun.page, 1);
    await doyun.page.goto('/chat');
    await doyun.page.getByRole('link', { name: '민지님' }).click();
    await expect(log(doyun.page)).toContainText('기타가 없어도 괜찮을까요?');
    await write(doyun.page, '그럼요, 제가 두 대 가져갈게요.');
    await expect(log(page)).toContainText('그럼요, 제가 두 대 가져갈게요.');
    await write(page, '좋아요!');
    await expect(log(doyun.page)).toContainText('좋아요!');
    await expect(log(page)).toContainText('읽음');
  });

  await test.step('she proposes a time', async () => {
    await page.goto(`${talent}/propose`);
    const day = await chooseDay(page, 3);
    await choose(page, '시각', '오전 10:00');
    start = atSeoul(day, '10:00');
    await page.getByLabel('만날 곳').fill('망원시장 앞');
    await page.getByLabel('한마디').fill('토요일도 괜찮아요.');
    await page.getByRole('button', { name: '제안 보내기' }).click();
    await page.waitForURL(/\/engagements\/[0-9a-f-]{36}$/);
    engagement = new URL(page.url()).pathname;
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('도윤님의 답을 기다려요');
  });

  await test.step('도윤 sees it and proposes another time', async () => {
    await doyun.page.goto('/');
    await expect(doyun.page.getByRole('heading', { level: 1 })).toHaveText('도윤님, 답할 제안이 1개 있어요');
    // The proposal took the place of her question.
    await bell(doyun.page, 1);
    await doyun.page.goto(engagement);
    await expect(doyun.page.getByRole('heading', { level: 1 })).toHaveText('민지님이 시간을 제안했어요');
    await doyun.page.getByRole('link', { name: '다시 제안하기' }).click();
    await choose(doyun.page, '시각', '오전 11:00');
    start = new Date(start.getTime() + 3_600_000);
    await doyun.page.getByRole('button', { name: '다시 제안 보내기' }).click();
    await expect(doyun.page.getByRole('heading', { level: 1 })).toHaveText('민지님의 답을 기다려요');
  });

  await test.step('민지 sees what changed, while she looks, and agrees', async () => {
    await expect(page.getByText('그사이 조건이 바뀌었어요. 새 제안을 확인해 주세요.')).toBeVisible();
    await page.getByRole('button', { name: '확인했어요' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('도윤님이 다시 제안했어요');
    await expect(page.getByRole('cell', { name: '오전 11:00 바뀜' })).toBeVisible();
    await expect(page.getByText('그 시간에 겹치는 약속이 없어요')).toBeVisible();
    await page.getByRole('button', { name: '이대로 약속하기' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/에 만나요$/);
    await expect(doyun.page.getByRole('heading', { level: 1 })).toHaveText(/에 만나요$/);
  });

  await test.step('the conversation shows who did what', async () => {
    // The one in which she asked.
    await page.locator('a[href^="/chat/"]').first().click();
    await page.waitForURL('**/chat/*');
    const chat = new URL(page.url()).pathname;
    await doyun.page.goto(chat);
    const lines: [string, string][] = [
      ['내가 시간을 제안했어요', '민지님이 시간을 제안했어요'],
      ['도윤님이 조건을 바꿔 제안했어요', '내가 조건을 바꿔 제안했어요'],
      ['내가 수락했어요', '민지님이 수락했어요'],
    ];
    for (const [hers, his] of lines) {
      await expect(log(page).getByText(hers)).toBeVisible();
      await expect(log(doyun.page).getByText(his)).toBeVisible();
    }
    await expect(log(doyun.page)).toContainText('토요일도 괜찮아요.');
  });

  await test.step('the hour passes; both report what happened', async () => {
    await moveClockTo(new Date(start.getTime() - 600_000), ...clocks);
    await page.goto('/');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(
      '민지님, 오늘 오전 11:00에 도윤님과 약속이 있어요',
    );
    await page.goto(engagement);
    await doyun.page.goto(engagement);
    await moveClock(600 + 3_600 + 60, ...clocks);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('어떻게 됐나요?');
    await tell(page, '했어요', '60');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('도윤님의 답을 기다려요.');
    // He learns that she answered, and never what.
    await expect(doyun.page.getByText('민지님은 답했어요.', { exact: false }).first()).toBeVisible();
    await tell(doyun.page, '했어요', '55');
    await expect(doyun.page.getByRole('heading', { level: 1 })).toHaveText('55분이 기록됐어요.');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('55분이 기록됐어요.');
  });

  await test.step('it stands in both records', async () => {
    await doyun.page.getByRole('link', { name: '나의 시간 보기' }).click();
    for (const [one, role] of [
      [doyun.page, '민지님께'],
      [page, '도윤님에게서'],
    ] as const) {
      await one.goto('/me/hours');
      const row = one.getByRole('listitem').filter({ hasText: title });
      await expect(row).toContainText(role);
      await expect(row).toContainText('두 사람이 확인했어요');
    }
    await expect(doyun.page.getByText('나눔 1번', { exact: false })).toBeVisible();
  });

  await test.step('the bell is right, and reading empties it', async () => {
    await doyun.page.goto('/inbox');
    await expect(doyun.page.getByRole('heading', { level: 2 }).first()).toContainText('55분이 기록됐어요');
    await doyun.page.getByRole('button', { name: '모두 읽음' }).click();
    await doyun.page.goto('/');
    await bell(doyun.page, 0);
  });

  await test.step('everybody can see that 도윤 has given once', async () => {
    await page.goto(talent);
    await page.getByRole('link', { name: '도윤님' }).first().click();
    await page.waitForURL('**/people/*');
    await expect(page.getByText('나눔 1번', { exact: false })).toBeVisible();
  });
  await quiet(minji, doyun);
});

test('neither came, no one is blamed', async ({ browser }) => {
  const minji = await meet(browser, '민지');
  const doyun = await meet(browser, '도윤');
  const clocks = [minji.context, doyun.context];
  await followClock(...clocks);
  await join(doyun);
  await join(minji);
  const talent = await publishTalent(doyun.page, `자전거 고치기 ${Math.random().toString(36).slice(2, 6)}`);

  const { page } = minji;
  await page.goto(`${talent}/propose`);
  const day = await chooseDay(page, 2);
  await choose(page, '시각', '오전 9:30');
  await page.getByRole('button', { name: '제안 보내기' }).click();
  await page.waitForURL(/\/engagements\/[0-9a-f-]{36}$/);
  const engagement = new URL(page.url()).pathname;
  await doyun.page.goto(engagement);
  await doyun.page.getByRole('button', { name: '이대로 약속하기' }).click();
  await expect(doyun.page.getByRole('heading', { level: 1 })).toHaveText(/에 만나요$/);

  await moveClockTo(new Date(atSeoul(day, '09:30').getTime() + 3_660_000), ...clocks);
  for (const person of [minji, doyun]) {
    await person.page.goto(engagement);
    await tell(person.page, '못 했어요, 누구 탓도 아니에요');
  }
  for (const person of [minji, doyun])
    await expect(person.page.getByRole('heading', { level: 1 })).toHaveText(
      '이번에는 만나지 못했어요. 두 분 모두 불이익은 없어요.',
    );
  await page.goto('/me/hours');
  await expect(page.getByRole('listitem').filter({ hasText: '자전거 고치기' })).toContainText(
    '만나지 못했어요',
  );
  await quiet(minji, doyun);
});
