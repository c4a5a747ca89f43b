import { expect, test } from 'vitest';
import type { Conversation } from '#/api/types.ts';
import { listNeverBack, neverBack, withRead } from './cache.ts';

const AT = '2026-11-30T00:00:00.000Z';

function conversation(
  id: string,
  last_seq: number,
  read: number,
  by: Partial<Conversation> = {},
): Conversation {
  const last = { seq: last_seq, at: AT, sender_id: 'doyun', text: `글 ${last_seq}`, system: null };
  const known = {
    id,
    other_id: 'doyun',
    last_seq,
    last,
    unread: last_seq - read,
    read_seq: read,
    other_read_seq: read,
  };
  return { ...known, ...by } as Conversation;
}

test('an answer that left before a mark moved does not take it back', () => {
  const answer = conversation('c', 10, 9);
  const moved = withRead(conversation('c', 10, 9), 'doyun', 10);
  expect(neverBack(moved, answer).other_read_seq).toBe(10);
  expect(neverBack(moved, answer).read_seq).toBe(9);
});

test('nor what was said meanwhile; whatever else the answer says counts', () => {
  const shown = neverBack(conversation('c', 11, 9), conversation('c', 10, 9, { other_id: 'new' }));
  expect([shown.last_seq, shown.last?.seq, shown.unread, shown.other_id]).toEqual([11, 11, 2, 'new']);
  // Of the same moment the server's count is the better one.
  expect(neverBack(conversation('c', 10, 9, { unread: 7 }), conversation('c', 10, 9)).unread).toBe(1);
  expect(neverBack(undefined, conversation('c', 10, 9)).last_seq).toBe(10);
});

test('a list keeps it for each conversation, wherever it stands now', () => {
  const page = (...items: Conversation[]) => ({ pages: [{ items, next: null }], pageParams: [null] });
  const old = page(withRead(conversation('a', 10, 9), 'doyun', 10), conversation('b', 3, 3));
  const fresh = listNeverBack(
    old,
    page(conversation('b', 4, 3), conversation('a', 10, 9), conversation('new', 1, 0)),
  );
  expect(fresh.pages[0]?.items.map((one) => [one.id, one.last_seq, one.other_read_seq])).toEqual([
    ['b', 4, 3],
    ['a', 10, 10],
    ['new', 1, 0],
  ]);
});
