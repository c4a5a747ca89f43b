import { expect, test } from 'vitest';
import type { Message } from '#/api/types.ts';
import { linesOf, type Line } from './lines.ts';
import type { Waiting } from './live/outbox.ts';

const ME = 'minji';
let next = 0;

function message(by: string, text: string, at: string, client: string | null = null): Message {
  next += 1;
  return {
    conversation_id: 'c',
    seq: next,
    id: `m${next}`,
    client_id: client,
    sender_id: by,
    text,
    system: null,
    at,
  };
}

function happened(at: string): Message {
  return {
    ...message('', '', at),
    sender_id: null,
    text: null,
    system: { key: 'engagement.scheduled', actor_id: null, params: {} },
  };
}

function waiting(client: string, at: string, by: Partial<Waiting> = {}): Waiting {
  return {
    client_id: client,
    account_id: ME,
    conversation_id: 'c',
    text: client,
    at: Date.parse(at),
    refused: false,
    unanswered: false,
    ...by,
  };
}

const short = (line: Line) =>
  line.kind === 'message'
    ? `${line.first ? '+' : ' '}${line.text}${line.told ? `/${line.delivery}` : ''}`
    : line.kind;

function read(messages: Message[], unsent: Waiting[], otherRead = 0): string[] {
  return linesOf(messages, unsent, ME, otherRead).map(short);
}

test('days are those of Seoul, and none is announced twice for what came late', () => {
  next = 0;
  const lines = read(
    [
      // 23:59 and 00:01 in Seoul, one day in UTC.
      message('d', 'a', '2026-11-21T14:59:00Z'),
      message('d', 'b', '2026-11-21T15:01:00Z'),
      happened('2026-11-20T09:00:00Z'),
      message('d', 'c', '2026-11-21T15:02:00Z'),
    ],
    [],
  );
  expect(lines).toEqual(['day', '+a/kept', 'day', '+b/kept', 'system', '+c/kept']);
});

test('one person in one minute is one run, told once', () => {
  next = 0;
  const lines = read(
    [
      message('d', 'a', '2026-11-21T06:05:01Z'),
      message('d', 'b', '2026-11-21T06:05:50Z'),
      message(ME, 'c', '2026-11-21T06:05:55Z'),
      message('d', 'd', '2026-11-21T06:06:00Z'),
    ],
    [],
  );
  expect(lines).toEqual(['day', '+a', ' b/kept', '+c/kept', '+d/kept']);
});

test('읽음 stands under the last one that was read, and only there', () => {
  next = 0;
  const at = '2026-11-21T06:05:01Z';
  const messages = [message(ME, 'a', at), message(ME, 'b', at), message(ME, 'c', at)];
  expect(read(messages, [], 2)).toEqual(['day', '+a', ' b/read', ' c/kept']);
  expect(read(messages, [], 9)).toEqual(['day', '+a', ' b', ' c/read']);
  expect(read([...messages, message('d', 'd', at)], [], 0)).toEqual([
    'day',
    '+a',
    ' b',
    ' c/kept',
    '+d/kept',
  ]);
});

test('what is on its way stands at the end, once, and keeps its key when it is kept', () => {
  next = 0;
  const at = '2026-11-21T06:05:01Z';
  const before = linesOf([message(ME, 'a', at)], [waiting('x', at)], ME, 0);
  expect(before.map(short)).toEqual(['day', '+a', ' x/sending']);
  const after = linesOf([message(ME, 'a', at), message(ME, 'x', at, 'x')], [waiting('x', at)], ME, 0);
  expect(after.map(short)).toEqual(['day', '+a', ' x/kept']);
  expect(after.at(-1)?.key).toBe(before.at(-1)?.key);
});

test('what did not get through is marked', () => {
  next = 0;
  const at = '2026-11-21T06:05:01Z';
  const lines = read(
    [message(ME, 'a', at)],
    [
      waiting('x', at, { unanswered: true }),
      waiting('y', at, { unanswered: true }),
      waiting('z', at, { refused: true }),
    ],
  );
  expect(lines).toEqual(['day', '+a/kept', '+x', ' y/unanswered', '+z/refused']);
});

test('what somebody said who has left keeps its place', () => {
  const gone = { ...message('doyun', '', '2026-11-27T03:00:00Z'), text: null };
  const lines = linesOf([message(ME, '안녕하세요', '2026-11-27T02:00:00Z'), gone], [], ME, 0);
  expect(lines.map((line) => line.kind)).toEqual(['day', 'message', 'gone']);
});
