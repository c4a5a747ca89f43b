import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createProof } from './proof.ts';
import { createSession, type TabSession } from './session.ts';
import { createSessionFetch } from './sessionFetch.ts';

/** A server that wants a fresh proof for what is written. */
function fakeServer() {
  const server = { isProved: false, seen: [] as { method: string; body: string; key: string | null }[] };
  vi.stubGlobal('fetch', async (request: Request) => {
    const key = request.headers.get('idempotency-key');
    server.seen.push({ method: request.method, body: await request.text(), key });
    if (server.isProved) return Response.json({ done: true });
    return Response.json({ code: 'proof.needed' }, { status: 403 });
  });
  return server;
}

let tab: TabSession;
beforeEach(async () => {
  localStorage.clear();
  tab = createSession(crypto.randomUUID());
  await tab.started;
  tab.logIn({
    access_token: 'token',
    expires_at: new Date(Date.now() + 600_000).toISOString(),
    account: { id: 'minji', email: 'minji@example.com', locale: 'ko', erase_at: null },
    device_session_id: 'd',
    must_agree: [],
  });
});
afterEach(() => {
  tab.close();
  vi.unstubAllGlobals();
});

function write(body = '{"email":"a@b.example"}'): Request {
  return new Request(new URL('/api/auth/account/address', location.href), {
    method: 'POST',
    headers: { 'idempotency-key': 'key-0001' },
    body,
  });
}

test('an act waits for the proof and is repeated as it was', async () => {
  const server = fakeServer();
  const proof = createProof();
  const waiting = createSessionFetch(tab, proof)(write());
  await expect.poll(proof.isAsked).toBe(true);
  expect(await proof.act()?.clone().text()).toBe('{"email":"a@b.example"}');
  server.isProved = true;
  proof.settle(true);
  expect((await waiting).status).toBe(200);
  expect(proof.isAsked()).toBe(false);
  expect(server.seen).toEqual([
    { method: 'POST', body: '{"email":"a@b.example"}', key: 'key-0001' },
    { method: 'POST', body: '{"email":"a@b.example"}', key: 'key-0001' },
  ]);
});

test('what is put off gets its refusal, with its body to read', async () => {
  fakeServer();
  const proof = createProof();
  const waiting = createSessionFetch(tab, proof)(write());
  await expect.poll(proof.isAsked).toBe(true);
  proof.settle(false);
  const refused = await waiting;
  expect(refused.status).toBe(403);
  expect(await refused.json()).toEqual({ code: 'proof.needed' });
});

test('two acts wait behind one sheet', async () => {
  const server = fakeServer();
  const proof = createProof();
  const sessionFetch = createSessionFetch(tab, proof);
  const both = [sessionFetch(write('{"n":1}')), sessionFetch(write('{"n":2}'))];
  await expect.poll(() => server.seen.length).toBe(2);
  await expect.poll(proof.isAsked).toBe(true);
  // Both have read their refusal by then.
  await new Promise((resolve) => setTimeout(resolve, 20));
  server.isProved = true;
  proof.settle(true);
  expect((await Promise.all(both)).map((answer) => answer.status)).toEqual([200, 200]);
});

test('another refusal asks for nothing', async () => {
  vi.stubGlobal('fetch', async () => Response.json({ code: 'credential.last' }, { status: 403 }));
  const proof = createProof();
  expect((await createSessionFetch(tab, proof)(write())).status).toBe(403);
  vi.stubGlobal('fetch', async () => new Response('<html>', { status: 403 }));
  expect((await createSessionFetch(tab, proof)(write())).status).toBe(403);
  expect(proof.isAsked()).toBe(false);
});
