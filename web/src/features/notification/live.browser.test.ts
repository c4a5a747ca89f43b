import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keys } from '#/api/client/keys.ts';
import type { Session } from '#/api/types.ts';
import { keepLive } from './live.ts';
import { createSession } from '#/api/session/session.ts';

const MINJI: Session = {
  access_token: 'token',
  expires_at: new Date(Date.now() + 600_000).toISOString(),
  account: { id: 'minji', email: 'minji@example.com', locale: 'ko', erase_at: null },
  device_session_id: 'd',
  must_agree: [],
};

/** The stream as the server writes it; `send` sends one event. */
function stream() {
  let write: ReadableStreamDefaultController<Uint8Array> | undefined;
  let signal: AbortSignal | null | undefined;
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    if (path !== '/api/notifications/stream') return new Response('{}', { status: 401 });
    signal = init?.signal;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        write = controller;
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  });
  return {
    open: () => write !== undefined,
    signal: () => signal,
    send: (event: string, data: unknown) =>
      write?.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)),
  };
}

beforeEach(() => localStorage.clear());
afterEach(() => {
  vi.unstubAllGlobals();
});

/** Safari got it with 17.4; the build is for 16.4 (package.json). */
const any = AbortSignal.any;
afterEach(() => {
  AbortSignal.any = any;
});

test('the stream opens where AbortSignal has no `any`, and ends with the log-out', async () => {
  Reflect.deleteProperty(AbortSignal, 'any');
  const server = stream();
  const session = createSession(crypto.randomUUID());
  session.logIn(MINJI);
  const stop = keepLive(session, new QueryClient());
  await expect.poll(server.open).toBe(true);
  expect(server.signal()?.aborted).toBe(false);
  session.logOut(false);
  expect(server.signal()?.aborted).toBe(true);
  stop();
  session.close();
});

test('a notice makes stale what it speaks of, `reload` everything', async () => {
  const server = stream();
  const session = createSession(crypto.randomUUID());
  session.logIn(MINJI);
  const client = new QueryClient();
  const ROOTS = ['engagements', 'hours', 'me', 'talents', 'notices', 'conversations'] as const;
  const fresh = () => ROOTS.forEach((root) => client.setQueryData(keys[root], {}));
  const stale = () => ROOTS.filter((root) => client.getQueryState(keys[root])?.isInvalidated === true);
  const stop = keepLive(session, client);
  await expect.poll(server.open).toBe(true);

  fresh();
  server.send('notice', { id: 'n', key: 'hours.recorded', params: {} });
  await expect.poll(stale).toEqual(['engagements', 'hours', 'me', 'notices']);

  fresh();
  server.send('reload', {});
  await expect.poll(stale).toEqual([...ROOTS]);

  server.send('unread', { count: 7 });
  await expect.poll(() => client.getQueryData(keys.noticesUnread)).toEqual({ count: 7 });
  stop();
  session.close();
});
