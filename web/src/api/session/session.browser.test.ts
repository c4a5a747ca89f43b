import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Session } from '../types.ts';
import { createSession, type TabSession } from './session.ts';
import { createSessionFetch } from './sessionFetch.ts';

/** A server with one account, short tokens and a refresh cookie that rotates: what the tab sees of auth. */
function fakeServer() {
  const seen: {
    path: string;
    bearer: string | null;
    key: string | null;
    body: string;
    trace: string | null;
  }[] = [];
  const server = { seen, valid: 'token-1', refreshWorks: true, refreshes: 0, down: false };
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request =
      input instanceof Request ? input : new Request(new URL(String(input), location.href), init);
    const path = new URL(request.url).pathname;
    if (server.down) throw new TypeError('Failed to fetch');
    if (path === '/api/auth/refresh') {
      server.refreshes += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (!server.refreshWorks) return new Response('{}', { status: 401 });
      server.valid = `token-${server.refreshes + 1}`;
      return Response.json(session(server.valid));
    }
    const bearer = request.headers.get('authorization')?.replace('Bearer ', '') ?? null;
    seen.push({
      path,
      bearer,
      key: request.headers.get('idempotency-key'),
      body: await request.text(),
      trace: request.headers.get('traceparent'),
    });
    if (bearer !== null && bearer !== server.valid) return new Response('{}', { status: 401 });
    return Response.json({ bearer });
  });
  return server;
}

function session(token: string, id = 'minji'): Session {
  return {
    access_token: token,
    expires_at: new Date(Date.now() + 600_000).toISOString(),
    account: { id, email: `${id}@example.com`, locale: 'ko' },
    device_session_id: 'd',
  };
}

/** A tab of its own: two sessions in one browser would answer each other. */
async function open() {
  const tab = createSession(crypto.randomUUID());
  opened.push(tab);
  await tab.started;
  return { ...tab, sessionState: tab.state, sessionFetch: createSessionFetch(tab) };
}
const opened: TabSession[] = [];

function write(key = 'key-0001'): Request {
  return new Request(new URL('/api/core/engagements', location.href), {
    method: 'POST',
    headers: { 'idempotency-key': key },
    body: '{"minutes":60}',
  });
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  for (const tab of opened.splice(0)) tab.close();
  vi.unstubAllGlobals();
});

test("a visitor's first page makes no refused request", async () => {
  const server = fakeServer();
  const { started, sessionState } = await open();
  await started;
  expect(sessionState().status).toBe('visitor');
  expect(server.refreshes).toBe(0);
});

test('a 401 is refreshed once for all and repeated as it was', async () => {
  const server = fakeServer();
  const { logIn, sessionFetch } = await open();
  logIn(session('token-1'));
  server.valid = 'another';
  const answers = await Promise.all([
    sessionFetch(write()),
    sessionFetch(write('key-0002')),
    sessionFetch(write('key-0003')),
  ]);
  expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200]);
  expect(server.refreshes).toBe(1);
  const repeated = server.seen.filter((call) => call.key === 'key-0002');
  expect(repeated.map((call) => call.body)).toEqual(['{"minutes":60}', '{"minutes":60}']);
  expect(repeated.map((call) => call.bearer)).toEqual(['token-1', 'token-2']);
});

test('each request begins a trace of its own', async () => {
  const server = fakeServer();
  const { logIn, sessionFetch } = await open();
  logIn(session('token-1'));
  await Promise.all([sessionFetch(write()), sessionFetch(write('key-0002'))]);
  const [one, other] = server.seen.map((call) => call.trace);
  expect(one).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(other).not.toBe(one);
});

test('a session that is over holds the request until the same person is back', async () => {
  const server = fakeServer();
  const { logIn, sessionFetch, sessionState } = await open();
  logIn(session('token-1'));
  server.valid = 'token-9';
  server.refreshWorks = false;
  const waiting = sessionFetch(write());
  await expect.poll(() => sessionState().status).toBe('ended');
  logIn(session('token-9'));
  expect((await waiting).status).toBe(200);
  expect(server.seen.map((call) => call.key)).toEqual(['key-0001', 'key-0001']);
});

test('another person gets neither the request nor the drafts', async () => {
  const server = fakeServer();
  const { logIn, sessionFetch, sessionState, onAccountChange } = await open();
  const dropped = vi.fn();
  onAccountChange(dropped);
  logIn(session('token-1'));
  server.valid = 'token-9';
  server.refreshWorks = false;
  const waiting = sessionFetch(write());
  await expect.poll(() => sessionState().status).toBe('ended');
  logIn(session('token-9', 'doyun'));
  expect((await waiting).status).toBe(401);
  expect(server.seen).toHaveLength(1);
  expect(dropped).toHaveBeenCalledTimes(1);
});

test('putting it off keeps the drafts and lets the request go with its 401', async () => {
  const server = fakeServer();
  const { logIn, defer, sessionFetch, sessionState, onAccountChange } = await open();
  const dropped = vi.fn();
  onAccountChange(dropped);
  logIn(session('token-1'));
  server.valid = 'token-9';
  server.refreshWorks = false;
  const waiting = sessionFetch(write());
  await expect.poll(() => sessionState().status).toBe('ended');
  defer();
  expect((await waiting).status).toBe(401);
  expect(sessionState().status).toBe('visitor');
  expect(dropped).not.toHaveBeenCalled();
  logIn(session('token-9'));
  expect(dropped).not.toHaveBeenCalled();
});

test('logging in does not wait for the session that it makes', async () => {
  const server = fakeServer();
  const { logIn, sessionFetch, sessionState } = await open();
  logIn(session('token-1'));
  server.valid = 'token-9';
  server.refreshWorks = false;
  const waiting = sessionFetch(write());
  await expect.poll(() => sessionState().status).toBe('ended');
  const login = await sessionFetch(
    new Request(new URL('/api/auth/login', location.href), { method: 'POST', body: '{}' }),
  );
  expect(login.status).toBe(200);
  logIn(session('token-9'));
  expect((await waiting).status).toBe(200);
});

test('no answer to the refresh does not end the session', async () => {
  const server = fakeServer();
  const { logIn, refresh, sessionState } = await open();
  logIn(session('token-1'));
  server.down = true;
  expect(await refresh()).toBe('no-answer');
  expect(sessionState().status).toBe('member');
});
