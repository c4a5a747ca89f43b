import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTyping } from './typing.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('somebody types until a message comes, or for five seconds', () => {
  const typing = createTyping();
  const changed = vi.fn();
  typing.subscribe(changed);
  typing.started('c');
  vi.advanceTimersByTime(4_000);
  typing.started('c');
  vi.advanceTimersByTime(4_999);
  expect(typing.isTyping('c')).toBe(true);
  vi.advanceTimersByTime(1);
  expect(typing.isTyping('c')).toBe(false);
  typing.started('c');
  typing.stopped('c');
  expect(typing.isTyping('c')).toBe(false);
  expect(changed).toHaveBeenCalledTimes(5);
});

test('the other is told at most every two and a half seconds, in each conversation', () => {
  const typing = createTyping();
  expect(typing.mayTell('c', 10_000)).toBe(true);
  expect(typing.mayTell('c', 12_499)).toBe(false);
  expect(typing.mayTell('d', 12_499)).toBe(true);
  expect(typing.mayTell('d', 14_999)).toBe(true);
});
