import { expect, test, type CDPSession, type Page } from '@playwright/test';
import { logInAs, url } from './lib/people.ts';

/**
 * How soon a newcomer sees something, as the browser itself measures it: nothing cached, a slow phone (a quarter of this
 * processor) on slow 4G. docs/TESTING.md has the bounds in words.
 */
const SLOW_4G = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const SLOW_CPU = 4;
const KB = 1024;
const BOUNDS = { requests: 20, script: 150, fonts: 110, cls: 0.01 };
/** Told beside what was found, and bind with SPEED_TIMES=1: a machine that builds at the same time misses them whatever the page is like. */
const GOALS = { fcp: 1_600, lcp: 2_300, tbt: 150 };

// A shared machine stalls now and then.
test.describe.configure({ retries: 1, timeout: 120_000 });

interface Sent {
  url: string;
  type: string;
  at: number;
  bytes: number;
}

/** What the page has put down about itself since it began, in milliseconds. */
interface Marks {
  fcp: number;
  lcp: number;
  element: string;
  cls: number;
  tasks: { start: number; duration: number }[];
}

for (const [name, width] of [
  ['phone', 390],
  ['wide', 1280],
] as const) {
  test(`a visitor's first page, ${name}`, async ({ page }) => {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    await measure(page, '/', BOUNDS);
  });
}

test('a talent that somebody was sent', async ({ page }) => {
  // Time has passed in the stories before: of the practice neighbourhood the listings alone are as they were.
  const { items } = (await (await fetch(`${url}/api/core/talents?limit=100`)).json()) as {
    items: { id: string }[];
  };
  await measure(page, `/talents/${items.at(-1)?.id}`, BOUNDS);
});

test('what a member finds', async ({ page }) => {
  await logInAs(page, '민지');
  await measure(page, '/', BOUNDS);
});

async function measure(page: Page, path: string, bounds: typeof BOUNDS): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.clearBrowserCache');
  await cdp.send('Network.emulateNetworkConditions', SLOW_4G);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOW_CPU });
  await page.addInitScript(observe);
  const sent = record(cdp);
  await page.goto(path);
  await page.locator('main h1').first().waitFor({ timeout: 60_000 });
  await page.waitForFunction(() => document.querySelector('main [aria-busy="true"]') === null);
  const stands = await page.evaluate(() => performance.now());
  // What blocks after the screen stands is felt, too. (A member's line of news never lets the network be idle.)
  await page.waitForTimeout(2_000);
  const marks = await page.evaluate(() => (window as unknown as { marks: Marks }).marks);

  const until = (moment: number, type?: string) =>
    sent().filter((one) => one.at <= moment && (type === undefined || one.type === type));
  const weight = (list: Sent[]) => Math.round(list.reduce((sum, one) => sum + one.bytes, 0) / KB);
  const found = {
    requests: until(marks.lcp).length,
    script: weight(until(marks.lcp, 'Script')),
    fonts: weight(until(marks.lcp, 'Font')),
    fcp: Math.round(marks.fcp),
    lcp: Math.round(marks.lcp),
    tbt: Math.round(
      marks.tasks
        .filter(({ start }) => start >= marks.fcp)
        .reduce((sum, { duration }) => sum + Math.max(0, duration - 50), 0),
    ),
    cls: Math.round(marks.cls * 10_000) / 10_000,
  };
  const told =
    `${path.replace(/[0-9a-f-]{36}/, '…')}: ${JSON.stringify(found)} (goals ${JSON.stringify(GOALS)}), ${marks.element}; ` +
    `it stands at ${Math.round(stands)} ms with ${until(stands).length} requests, ` +
    `${weight(until(stands, 'Script'))} KB of script, ${weight(until(stands, 'Font'))} KB of fonts`;
  console.log(told);
  test.info().annotations.push({ type: 'speed', description: told });
  if (process.env['SPEED_REQUESTS'] !== undefined)
    for (const one of sent()) console.log(`${Math.round(one.at)} ${one.type} ${one.bytes} ${one.url}`);
  const times = process.env['SPEED_TIMES'] === undefined ? {} : GOALS;
  for (const [what, bound] of Object.entries({ ...bounds, ...times }))
    expect.soft(found[what as keyof typeof found], `${what}: ${told}`).toBeLessThanOrEqual(bound);
}

/** Every request since now, with what it weighed on the wire. */
function record(cdp: CDPSession): () => Sent[] {
  const sent = new Map<string, Sent>();
  let began: number | null = null;
  cdp.on('Network.requestWillBeSent', ({ requestId, request, type, timestamp }) => {
    began ??= timestamp;
    sent.set(requestId, { url: request.url, type: type ?? '', at: (timestamp - began) * 1_000, bytes: 0 });
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const one = sent.get(requestId);
    if (one !== undefined) one.bytes = encodedDataLength;
  });
  return () => [...sent.values()];
}

/** Runs in the page, before anything else of it. */
function observe(): void {
  const marks: Marks = { fcp: 0, lcp: 0, element: '', cls: 0, tasks: [] };
  Object.assign(window, { marks });
  const on = <E extends PerformanceEntry>(type: string, take: (entry: E) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => take(entry as E))).observe({
      type,
      buffered: true,
    });
  on('paint', (entry) => {
    if (entry.name === 'first-contentful-paint') marks.fcp = entry.startTime;
  });
  on<PerformanceEntry & { element: Element | null }>('largest-contentful-paint', ({ startTime, element }) => {
    marks.lcp = startTime;
    marks.element = `${element?.tagName ?? ''} ${element?.textContent?.slice(0, 20) ?? ''}`;
  });
  on<PerformanceEntry & { value: number; hadRecentInput: boolean }>('layout-shift', (entry) => {
    if (!entry.hadRecentInput) marks.cls += entry.value;
  });
  on('longtask', ({ startTime, duration }) => marks.tasks.push({ start: startTime, duration }));
}
