import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { NoAnswer, Problem } from '#/api/problem/problem.ts';
import type { ClientFrame, Message } from '#/api/types.ts';
import { createDelivery } from './delivery.ts';
import type { Unsent } from './idbStore.ts';

const entry = (at = Date.now()): Unsent => ({
  client_id: 'own',
  account_id: 'minji',
  conversation_id: 'c',
  text: '안녕하세요',
  at,
  refused: false,
});
const WHY = { code: 'text.forbidden_character', params: { character: 'U+3164', class: 'filler' } };
const problem = (status: number, retryAfter?: number) => new Problem(status, 'x', [], undefined, retryAfter);

function line({ ready = true, post }: { ready?: boolean; post?: () => Promise<Message> } = {}) {
  const send = vi.fn<(frame: ClientFrame) => boolean>(() => ready);
  const http = vi.fn(post ?? (async () => ({ id: 'm1' }) as Message));
  const onMessage = vi.fn();
  return { send, http, onMessage, delivery: createDelivery({ send, post: http, onMessage }) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('over the socket, until the server says that it is stored', async () => {
  const { delivery, send, http } = line();
  const outcome = delivery.deliver(entry());
  expect(send).toHaveBeenCalledWith({
    type: 'send',
    conversation_id: 'c',
    client_id: 'own',
    text: '안녕하세요',
  });
  delivery.stored('another');
  delivery.stored('own');
  expect(await outcome).toBe('kept');
  expect(http).not.toHaveBeenCalled();
});

test('over HTTP where the socket is not ready, breaks off or does not answer in five seconds', async () => {
  const closed = line({ ready: false });
  expect(await closed.delivery.deliver(entry())).toBe('kept');
  expect(closed.onMessage).toHaveBeenCalledWith({ id: 'm1' });

  const broken = line();
  const first = broken.delivery.deliver(entry());
  broken.delivery.disconnected();
  expect(await first).toBe('kept');
  expect(broken.http).toHaveBeenCalledOnce();

  const silent = line();
  const second = silent.delivery.deliver(entry());
  await vi.advanceTimersByTimeAsync(4_999);
  expect(silent.http).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(await second).toBe('kept');
  expect(silent.http).toHaveBeenCalledOnce();
});

test('what a refusal over the socket means', async () => {
  const { delivery } = line();
  const after = (status: number, at?: number) => {
    const outcome = delivery.deliver(entry(at));
    delivery.refused('own', status, WHY);
    return outcome;
  };
  // The conversation of a new engagement may lag behind the first message.
  expect(await after(404)).toEqual({ later: 1_000 });
  expect(await after(404, Date.now() - 15_000)).toEqual({ refused: WHY });
  expect(await after(429)).toEqual({ later: 1_000 });
  const silence = { code: 'message.too_many_unanswered', params: { limit: 100 } };
  const tooMany = delivery.deliver(entry());
  delivery.refused('own', 429, silence);
  expect(await tooMany).toEqual({ refused: silence });
  expect(await after(403)).toEqual({ refused: WHY });
  expect(await after(422)).toEqual({ refused: WHY });
  for (const status of [401, 408, 500, 503]) expect(await after(status)).toBe('unanswered');
});

test('what a failure over HTTP means', async () => {
  const after = (cause: Error) =>
    line({ ready: false, post: () => Promise.reject(cause) }).delivery.deliver(entry());
  expect(await after(new NoAnswer())).toBe('unanswered');
  expect(await after(new Error('a bug'))).toBe('unanswered');
  expect(await after(problem(429, 7))).toEqual({ later: 7_000 });
  expect(await after(problem(403))).toEqual({ refused: { code: 'x', params: {} } });
  // What is refused in the text is told, and not that something is.
  const text = new Problem(422, 'request.invalid', [{ pointer: '/text', ...WHY }], undefined, undefined);
  expect(await after(text)).toEqual({ refused: WHY });
  const spent = { pointer: '', code: 'budget.spent', params: { limit: 100 } };
  const silence = new Problem(429, 'message.too_many_unanswered', [spent], undefined, 80_000);
  expect(await after(silence)).toEqual({ refused: { code: silence.code, params: spent.params } });
  expect(await after(problem(502))).toBe('unanswered');
});
