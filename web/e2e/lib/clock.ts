import { readFileSync, writeFileSync } from 'node:fs';
import { expect, type BrowserContext } from '@playwright/test';
import { linkTo } from './mail.ts';
import { url } from './people.ts';

/**
 * The server's clock follows a file of seconds to add (`DOJOB_CLOCK_FILE`, see scripts/e2e); the browsers' clocks are
 * set to the same instant. Time only ever goes forward, and every run of a story takes it on from where it stands.
 */
const file = process.env['DOJOB_CLOCK_FILE'];

/** Seconds that the server is ahead of this machine. */
function ahead(): number {
  if (file === undefined) return 0;
  return Number(readFileSync(file, 'utf8').trim()) || 0;
}

export function now(): Date {
  return new Date(Date.now() + ahead() * 1000);
}

/** Before the first page of a context is opened. Timers go on running. */
export async function followClock(...contexts: BrowserContext[]): Promise<void> {
  for (const context of contexts) await context.clock.install({ time: now() });
}

/** Lets time pass for the server and for these browsers. */
export async function moveClock(seconds: number, ...contexts: BrowserContext[]): Promise<void> {
  if (file === undefined) throw new Error('DOJOB_CLOCK_FILE is not set: start this through scripts/e2e');
  const before = await serverTime();
  writeFileSync(file, String(ahead() + Math.ceil(seconds)));
  await expect.poll(serverTime, { intervals: [100] }).toBeGreaterThan(before + seconds * 1000 - 2_000);
  for (const context of contexts) await context.clock.setSystemTime(now());
}

export async function moveClockTo(instant: Date, ...contexts: BrowserContext[]): Promise<void> {
  const seconds = (instant.getTime() - now().getTime()) / 1000;
  if (seconds > 0) await moveClock(seconds, ...contexts);
}

const LIFETIME_MS = 600_000;
let keeper: { email: string; password: string } | undefined;

/** What the server takes for now: a token that it issues ends ten minutes later. */
async function serverTime(): Promise<number> {
  let answer: Response;
  if (keeper === undefined) {
    const credentials = {
      email: `clock-${crypto.randomUUID()}@example.org`,
      password: 'tick tock tick tock',
    };
    const documents = (await (await fetch(`${url}/api/auth/documents`)).json()) as {
      items: { doc: string; version: string; required: boolean }[];
    };
    const consents = documents.items
      .filter((one) => one.required)
      .map(({ doc, version }) => ({ doc, version }));
    const joined = await post('/api/auth/signup', {
      ...credentials,
      birth_date: '1990-03-14',
      consents,
      locale: 'ko',
    });
    if (!joined.ok) throw new Error(`${joined.status} ${await joined.text()}`);
    const token = (await linkTo('/verify', credentials.email)).replace(/^[^#]*#/, '');
    answer = await post('/api/auth/address/verify', { token, password: credentials.password });
    keeper = credentials;
  } else {
    answer = await post('/api/auth/login', keeper);
  }
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  const session = (await answer.json()) as { expires_at: string };
  return Date.parse(session.expires_at) - LIFETIME_MS;
}

function post(path: string, body: unknown): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}
