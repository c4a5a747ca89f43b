import { QueryClient } from '@tanstack/react-query';
import { afterEach, expect, test, vi } from 'vitest';
import { keys } from '#/api/client/keys.ts';
import { keepLive } from './live.ts';
import { logIn, logOut } from '#/api/session/session.ts';

/** The stream as the server writes it; `say` sends one event. */
function stream() {
  let write: ReadableStreamDefaultController<Uint8Array> | undefined;
  vi.stubGlobal('fetch', async () => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        write = controller;
      },
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  });
  return {
    open: () => write !== undefined,
    say: (event: string, data: unknown) =>
      write?.enqueue(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)),
  };
}

afterEach(() => {
  logOut(false);
  vi.unstubAllGlobals();
});

test('a notice makes stale what it speaks of, `reload` everything', async () => {
  const server = stream();
  logIn({
    access_token: 'token',
    expires_at: new Date(Date.now() + 600_000).toISOString(),
    account: { id: 'minji', email: 'minji@example.com', locale: 'ko' },
    device_session_id: 'd',
  });
  const client = new QueryClient();
  const ROOTS = ['engagements', 'hours', 'me', 'talents', 'notices', 'conversations'] as const;
  const fresh = () => ROOTS.forEach((root) => client.setQueryData(keys[root], {}));
  const stale = () => ROOTS.filter((root) => client.getQueryState(keys[root])?.isInvalidated === true);
  const stop = keepLive(client);
  await expect.poll(server.open).toBe(true);

  fresh();
  server.say('notice', { id: 'n', key: 'hours.recorded', params: {} });
  await expect.poll(stale).toEqual(['engagements', 'hours', 'me', 'notices']);

  fresh();
  server.say('reload', {});
  await expect.poll(stale).toEqual([...ROOTS]);

  server.say('unread', { count: 7 });
  await expect.poll(() => client.getQueryData(keys.noticesUnread)).toEqual({ count: 7 });
  stop();
});
