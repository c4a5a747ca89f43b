import { expect, test, type Page } from '@playwright/test';
import { listen, logInAs } from './lib/people.ts';
import { practice, type Practice } from './lib/practice.ts';
import { faults } from './look.ts';

/**
 * Every screen as a visitor and as a member sees it: two looks see all of them, the others see those that differ most.
 * Nothing here changes anything, so all of it may run at once.
 */
interface Look {
  width: 390 | 1280;
  lang: 'ko' | 'en';
  theme: 'light' | 'dark';
}

const WHOLE: readonly Look[] = [
  { width: 390, lang: 'ko', theme: 'light' },
  { width: 1280, lang: 'en', theme: 'dark' },
];
const PART: readonly Look[] = [
  { width: 390, lang: 'ko', theme: 'dark' },
  { width: 390, lang: 'en', theme: 'light' },
  { width: 390, lang: 'en', theme: 'dark' },
  { width: 1280, lang: 'ko', theme: 'light' },
  { width: 1280, lang: 'ko', theme: 'dark' },
  { width: 1280, lang: 'en', theme: 'light' },
];

const MISSING = '00000000-0000-7000-8000-000000000000';

const forVisitors = ({ talent, need, person }: Practice): string[] => [
  '/',
  '/search',
  '/search?kind=need&sort=newest',
  '/search?q=첼로',
  '/search?sheet=place',
  talent,
  `${talent}?gate=${talent}/propose`,
  need,
  person,
  `${talent}/propose`,
  `${need}/help`,
  '/post',
  '/post/talent',
  '/post/need',
  '/login',
  '/signup',
  '/forgotten',
  '/verify#x',
  '/reset#x',
  '/address/confirm#x',
  '/address/undo#x',
  '/left',
  '/terms/terms',
  '/terms/privacy',
  '/me/settings',
  '/me',
  '/chat',
  '/nowhere',
  `/talents/${MISSING}`,
];

const forMembers = (found: Practice): string[] => [
  '/',
  '/search',
  found.talent,
  found.ownTalent,
  found.ownNeed,
  `${found.ownTalent}/edit`,
  `${found.ownNeed}/edit`,
  `${found.ownNeed}/offers`,
  `${found.talent}/propose`,
  `${found.need}/help`,
  '/post/talent',
  '/engagements',
  '/engagements?box=upcoming',
  '/engagements?box=past',
];

const forMembersToo = (found: Practice): string[] => [
  ...Object.values(found.engagements),
  `${found.turn}/counter`,
  `${found.turn}?sheet=decline`,
  ...(found.engagements['scheduled'] === undefined ? [] : [`${found.engagements['scheduled']}?sheet=cancel`]),
  ...(found.engagements['awaiting_outcome'] === undefined
    ? []
    : [`${found.engagements['awaiting_outcome']}?sheet=outcome`]),
  `/engagements/${MISSING}`,
  '/chat',
  found.chat,
  found.inquiry,
  '/inbox',
  '/me',
  '/me/hours',
  '/me/hours?filter=pending',
  '/me/posts',
  '/me/posts?kind=need',
  '/me/profile',
  '/me/settings',
  '/me/leave',
  '/me/devices',
  '/me/security-log',
];

let found: Practice;
test.beforeAll(async () => {
  found = await practice();
});
test.describe.configure({ timeout: 240_000 });

async function dress(page: Page, { width, lang, theme }: Look): Promise<string[]> {
  const complaints: string[] = [];
  listen(page, complaints);
  await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  await page.addInitScript((lang) => {
    localStorage.setItem('dojob.lang', lang);
    // What moved by itself, added up as the browser reports it.
    Object.assign(window, { moved: 0 });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
      })[])
        if (!entry.hadRecentInput) (window as unknown as { moved: number }).moved += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });
  }, lang);
  return complaints;
}

async function walk(
  page: Page,
  { lang }: Look,
  paths: readonly string[],
  complaints: string[],
): Promise<void> {
  const wrong: string[] = [];
  for (const path of paths) {
    const where = path.replace(/[0-9a-f-]{36}/g, '…');
    try {
      await page.goto(path);
      for (const fault of await faults(page)) wrong.push(`${where}: ${fault}`);
      const moved = await page.evaluate(() => (window as unknown as { moved: number }).moved);
      // The aim is 0.05. Between the two it depends on how busy the machine is, so it is told and does not fail.
      if (moved > 0.1) wrong.push(`${where}: jumps by ${moved.toFixed(3)}`);
      else if (moved > 0.05)
        test.info().annotations.push({ type: 'layout shift', description: `${where} ${moved.toFixed(3)}` });
      if ((await page.locator('html').getAttribute('lang')) !== lang) wrong.push(`${where}: not ${lang}`);
    } catch (cause) {
      wrong.push(`${where}: ${String(cause).split('\n')[0]}`);
    }
    for (const complaint of complaints.splice(0)) wrong.push(`${where}: console: ${complaint}`);
  }
  expect(wrong).toEqual([]);
}

const name = ({ width, lang, theme }: Look) => `${width} ${lang} ${theme}`;

for (const look of WHOLE) {
  test(`a visitor's screens, ${name(look)}`, async ({ page }) => {
    await walk(page, look, forVisitors(found), await dress(page, look));
  });
  for (const [half, paths] of [forMembers, forMembersToo].entries())
    test(`a member's screens, ${half + 1} of 2, ${name(look)}`, async ({ page }) => {
      const complaints = await dress(page, look);
      await logInAs(page, '민지');
      await walk(page, look, paths(found), complaints);
    });
}

for (const look of PART) {
  test(`some screens, ${name(look)}`, async ({ page }) => {
    const complaints = await dress(page, look);
    await walk(page, look, ['/', found.talent, '/post/talent'], complaints);
    await logInAs(page, '민지');
    await walk(page, look, ['/', found.turn, found.chat, '/me/hours', '/inbox'], complaints);
  });
}
