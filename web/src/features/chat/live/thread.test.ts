import { expect, test } from 'vitest';
import type { Message } from '#/api/types.ts';
import { known, NOTHING, take, takeNewest, takeOlder } from './thread.ts';

const message = (seq: number): Message => ({
  conversation_id: 'c',
  seq,
  id: `m${seq}`,
  client_id: null,
  sender_id: 'a',
  text: String(seq),
  system: null,
  at: '2026-11-22T04:53:00Z',
});
const run = (...seqs: number[]) => seqs.map(message);
const seqs = (items: readonly Message[]) => items.map(({ seq }) => seq);

test('whatever order they come in, each is there once and in its place', () => {
  let thread = { items: run(4, 5), more: true, ahead: run() };
  for (const seq of [8, 6, 5, 8]) thread = { ...take(thread, run(seq)) } as typeof thread;
  expect(seqs(thread.items)).toEqual([4, 5, 6]);
  expect(seqs(thread.ahead)).toEqual([8]);
  expect(known(thread)).toBe(6);
  const whole = take(thread, run(7));
  expect(seqs(whole.items)).toEqual([4, 5, 6, 7, 8]);
  expect(whole.ahead).toEqual([]);
});

test('nothing new is the same thread, so that nothing is drawn again', () => {
  const thread = { items: run(1, 2), more: false, ahead: [] };
  expect(take(thread, run(1, 2))).toBe(thread);
});

test('the first page takes what was heard while it was on its way', () => {
  const heard = take(NOTHING, run(9));
  expect(seqs(heard.items)).toEqual([]);
  const opened = takeNewest(heard, { items: run(7, 8), more: true });
  expect(seqs(opened?.items ?? [])).toEqual([7, 8, 9]);
});

test('a newest page that does not reach down to us is not put beside a hole', () => {
  const thread = { items: run(1, 2), more: false, ahead: [] };
  expect(takeNewest(thread, { items: run(5, 6), more: true })).toBeNull();
  expect(seqs(takeNewest(thread, { items: run(2, 3), more: true })?.items ?? [])).toEqual([1, 2, 3]);
});

test('older ones go before, once', () => {
  const thread = { items: run(5, 6), more: true, ahead: [] };
  const once = takeOlder(thread, { items: run(3, 4), more: true });
  const twice = takeOlder(once, { items: run(3, 4), more: false });
  expect(seqs(twice.items)).toEqual([3, 4, 5, 6]);
  expect(twice.more).toBe(false);
});
