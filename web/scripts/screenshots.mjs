// Four sheets of twelve pictures into screenshots/, and the tour of the README: the practice neighbourhood as 민지 sees it.
// Needs a dojob that runs with it (`make shots`, or DOJOB_URL). Look at them.
import { chromium } from 'playwright';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const base = process.env.DOJOB_URL ?? 'http://localhost:8080';
const root = fileURLToPath(new URL('../', import.meta.url));
const PHONE = { width: 390, height: 844 };
const WIDE = { width: 1280, height: 900 };

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});

const accounts = await (await fetch(`${base}/api/auth/demo`)).json();
const account = accounts.items.find(({ name }) => name === '민지');
const found = await find();

/** Paths of what stands on the pictures. */
async function find() {
  const login = await fetch(`${base}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: account.email, password: account.password }),
  });
  const { access_token } = await login.json();
  const headers = { authorization: `Bearer ${access_token}` };
  const get = async (path) => (await fetch(base + path, { headers })).json();
  const engagements = (await get('/api/core/engagements?box=all&limit=100')).items;
  const guitar = (await get(`/api/core/talents?q=${encodeURIComponent('통기타')}`)).items[0];
  const of = (test) => {
    const row = engagements.find(test);
    if (row === undefined) throw new Error('the practice neighbourhood is another one: start it again');
    return row.id;
  };
  const countered = engagements.find((row) => row.turn === 'answer' && row.terms.version > 1);
  return {
    talent: guitar.id,
    owner: guitar.by.id,
    turn: countered?.id ?? of((row) => row.turn === 'answer'),
    scheduled: of((row) => row.state === 'scheduled'),
    outcome: of((row) => row.turn === 'outcome'),
    completed: of((row) => row.state === 'completed'),
  };
}

const propose = [
  'propose',
  `/talents/${found.talent}/propose`,
  async (page) => {
    await page.locator('label:has(input[name="day"])').nth(3).click();
    await page.locator('fieldset:has(input[name="time"]) label').first().click();
    await page.evaluate(() => scrollTo(0, 0));
  },
];
const outcome = [
  'outcome',
  `/engagements/${found.outcome}?sheet=outcome`,
  (page) => page.locator('label:has(input[value="took_place"])').click(),
];
const write = [
  'write',
  '/post/talent',
  async (page) => {
    await page
      .locator('main input[type="text"], main input:not([type])')
      .first()
      .fill('손글씨로 이름 써 보기');
    await page
      .locator('main textarea')
      .first()
      .fill('붓펜 하나로 이름 석 자를 함께 써 봐요. 종이와 펜은 제가 가져갈게요.');
    await page.locator('label:has(input[value="craft"])').click();
    await page.evaluate(() => scrollTo(0, 0));
    await page.evaluate(() => document.activeElement?.blur());
  },
];

const phone = [
  ['home', '/'],
  ['search', '/search'],
  ['talent', `/talents/${found.talent}`],
  propose,
  ['turn', `/engagements/${found.turn}`],
  ['chat', `/chat/${found.scheduled}`],
  outcome,
  ['completed', `/engagements/${found.completed}`],
  ['hours', '/me/hours'],
  write,
  ['inbox', '/inbox'],
  ['chats', '/chat'],
];
const wide = [
  ['home', '/'],
  ['search', '/search'],
  ['talent', `/talents/${found.talent}`],
  ['person', `/people/${found.owner}`],
  propose,
  ['turn', `/engagements/${found.turn}`],
  ['chat', `/chat/${found.scheduled}`],
  outcome,
  ['engagements', '/engagements'],
  ['hours', '/me/hours'],
  write,
  ['settings', '/me/settings'],
];

/** One account in one look, picture by picture. */
async function take(lang, colorScheme, viewport, screens) {
  const context = await browser.newContext({
    baseURL: base,
    viewport,
    colorScheme,
    reducedMotion: 'reduce',
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
    isMobile: viewport === PHONE,
    hasTouch: viewport === PHONE,
  });
  const page = await context.newPage();
  await page.addInitScript((lang) => localStorage.setItem('dojob.lang', lang), lang);
  await page.goto('/terms/terms');
  await page.evaluate(async ({ email, password }) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ email, password });
    const answer = await fetch('/api/auth/login', { method: 'POST', headers, body });
    if (!answer.ok) throw new Error(await answer.text());
    localStorage.setItem('dojob.member', '1');
  }, account);
  const pictures = {};
  for (const [name, path, act] of screens) {
    // A page that is left while its cookie is being changed would have to log in again.
    await Promise.all([page.waitForResponse('**/api/auth/refresh'), page.goto(path)]);
    await page.locator('main h1').first().waitFor();
    await page.waitForFunction(() => document.querySelector('main [aria-busy="true"]') === null);
    await act?.(page);
    await page.evaluate(() => document.fonts.ready);
    await page.waitForTimeout(600);
    pictures[name] = await page.screenshot();
  }
  await context.close();
  return pictures;
}

/** Stitched by the browser itself: a page of pictures, photographed. */
async function sheet(path, pictures, columns, width, ground) {
  const rows = Math.ceil(pictures.length / columns);
  const page = await browser.newPage({
    viewport: { width: columns * (width + 24) + 24, height: rows * 400 },
  });
  await page.setContent(
    `<style>body{margin:0;padding:24px;display:grid;grid-template-columns:repeat(${columns},${width}px);gap:24px;` +
      `background:${ground}}img{display:block;width:100%;border-radius:16px;box-shadow:0 0 0 1px #8884}</style>` +
      pictures.map((png) => `<img src="data:image/png;base64,${png.toString('base64')}">`).join(''),
  );
  await page.waitForFunction(() => [...document.images].every((one) => one.complete && one.naturalWidth > 0));
  const png = await page.screenshot({ fullPage: true });
  await writeFile(path, png);
  console.log(`${path.replace(root, '')} ${Math.round(png.length / 1024)} KB`);
  await page.close();
}

await mkdir(`${root}screenshots`, { recursive: true });
await mkdir(`${root}../docs/pictures`, { recursive: true });
const light = await take('ko', 'light', PHONE, phone);
await sheet(`${root}screenshots/phone-ko-light.png`, Object.values(light), 6, 360, '#e7e5e0');
const dark = await take('ko', 'dark', PHONE, phone);
await sheet(`${root}screenshots/phone-ko-dark.png`, Object.values(dark), 6, 360, '#000');
const english = await take('en', 'light', PHONE, phone);
await sheet(`${root}screenshots/phone-en.png`, Object.values(english), 6, 360, '#e7e5e0');
const broad = await take('ko', 'light', WIDE, wide);
await sheet(`${root}screenshots/wide-ko.png`, Object.values(broad), 4, 640, '#e7e5e0');
const tour = ['home', 'search', 'talent', 'turn', 'chat'].map((name) => light[name]);
await sheet(`${root}../docs/pictures/tour.png`, tour, 5, 390, '#e7e5e0');
await browser.close();
