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
  const server = {
    seen,
    valid: 'token-1',
    refreshWorks: true,
    refreshes: 0,
    down: false,
    hiccups: [] as number[],
  };
  vi.stubGlobal('fetch', async (input: RequestInfo | URL, init?: RequestInit) => {
    const request =
      input instanceof Request ? input : new Request(new URL(String(input), location.href), init);
    const path = new URL(request.url).pathname;
    if (server.down) throw new TypeError('Failed to fetch');
    if (path === '/api/auth/refresh') {
      server.refreshes += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      const hiccup = server.hiccups.shift();
      if (hiccup !== undefined)
        return new Response('{}', { status: hiccup, headers: { 'retry-after': '0' } });
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
    account: { id, email: `${id}@example.com`, locale: 'ko', erase_at: null },
    device_session_id: 'd',
    must_agree: [],
  };
}

/** A token as auth makes it: good for ten minutes by the server's clock, which is `ahead` of this device's. */
function jwt(aheadMs: number): string {
  const iat = Math.floor((Date.now() + aheadMs) / 1000);
  return `h.${btoa(JSON.stringify({ iat, exp: iat + 600 }))}.s`;
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
  vi.useRealTimers();
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

test('who must agree first is held, with a token for that, and goes on after it', async () => {
  const server = fakeServer();
  const { logIn, agreed, sessionFetch, sessionState } = await open();
  logIn({ ...session('token-1'), must_agree: ['terms'] });
  expect(sessionState()).toMatchObject({ status: 'held', mustAgree: ['terms'] });
  const agree = new Request(new URL('/api/auth/account/consents', location.href), {
    method: 'POST',
    body: '{}',
  });
  expect((await sessionFetch(agree)).status).toBe(200);
  expect(server.seen.map((call) => call.bearer)).toEqual(['token-1']);
  await agreed();
  expect(sessionState().status).toBe('member');
  expect(sessionState().mustAgree).toBeUndefined();
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

test.each([[[503]], [[429, 500]]])('a hiccup at the start (%j) is not a log-out', async (hiccups) => {
  const server = fakeServer();
  server.hiccups = [...hiccups];
  localStorage.setItem('dojob.member', '1');
  const tab = await open();
  expect(tab.sessionState().status).toBe('unreachable');
  // What anybody may read is read, what only a member may do is not sent as a visitor's.
  expect((await tab.sessionFetch(new Request(new URL('/api/core/talents', location.href)))).status).toBe(200);
  await expect(tab.sessionFetch(write())).rejects.toThrow(TypeError);
  await expect.poll(() => tab.sessionState().status, { timeout: 8_000 }).toBe('member');
  expect(localStorage.getItem('dojob.member')).toBe('1');
  expect(server.refreshes).toBe(hiccups.length + 1);
});

test('no network at the start is waited out, and its return is not waited for', async () => {
  const server = fakeServer();
  server.down = true;
  localStorage.setItem('dojob.member', '1');
  const tab = await open();
  expect(tab.sessionState().status).toBe('unreachable');
  server.down = false;
  window.dispatchEvent(new Event('online'));
  await expect.poll(() => tab.sessionState().status, { timeout: 500 }).toBe('member');
});

test('a start that hangs lets public pages go on after four seconds', async () => {
  let give: (answer: Response) => void = () => undefined;
  vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (give = resolve)));
  localStorage.setItem('dojob.member', '1');
  vi.useFakeTimers();
  const tab = createSession(crypto.randomUUID());
  opened.push(tab);
  const over = vi.fn();
  void tab.started.then(over);
  await vi.advanceTimersByTimeAsync(3_900);
  expect(over).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(200);
  expect(over).toHaveBeenCalledOnce();
  expect(tab.state().status).toBe('unreachable');
  // The answer comes late, but it comes.
  give(Response.json(session('token-1')));
  await vi.waitFor(() => expect(tab.state().status).toBe('member'));
});

test('only a refusal makes a visitor', async () => {
  const server = fakeServer();
  server.refreshWorks = false;
  localStorage.setItem('dojob.member', '1');
  const tab = await open();
  expect(tab.sessionState().status).toBe('visitor');
  expect(localStorage.getItem('dojob.member')).toBeNull();
});

test.each([-3_600_000, 3_600_000])("a device's clock that is %i ms off costs no refresh", async (aheadMs) => {
  const server = fakeServer();
  const { logIn, sessionFetch, tokenLeft } = await open();
  const token = jwt(aheadMs);
  server.valid = token;
  logIn({ ...session(token), expires_at: new Date(Date.now() + aheadMs + 600_000).toISOString() });
  for (let n = 0; n < 5; n += 1) await sessionFetch(write(`key-${n}`));
  expect(server.refreshes).toBe(0);
  expect(tokenLeft()).toBeGreaterThan(590_000);
});

test('a token is renewed before it is over, also after the device has slept', async () => {
  const server = fakeServer();
  const { logIn, sessionFetch, tokenLeft } = await open();
  const token = jwt(0);
  server.valid = token;
  logIn(session(token));
  await sessionFetch(write());
  expect(server.refreshes).toBe(0);
  // The monotonic clock has slept, too.
  const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 580_000);
  expect((await sessionFetch(write('key-0002'))).status).toBe(200);
  expect(server.refreshes).toBe(1);
  now.mockRestore();
  // The clock is set back: what is left does not grow.
  expect(tokenLeft()).toBeLessThanOrEqual(60_000);
});

test('a renewal that nobody answers is not asked for by each request', async () => {
  const server = fakeServer();
  const { logIn, sessionFetch } = await open();
  logIn(session('token-1'));
  server.valid = 'another';
  server.hiccups = Array.from({ length: 9 }, () => 503);
  const answers = await Promise.allSettled([1, 2, 3].map((n) => sessionFetch(write(`key-${n}`))));
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await expect(sessionFetch(write('key-4'))).rejects.toThrow(TypeError);
  expect(server.refreshes).toBe(1);
});
