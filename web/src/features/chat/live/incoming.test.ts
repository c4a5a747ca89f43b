import { QueryClient } from '@tanstack/react-query';
import { expect, test, vi } from 'vitest';
import { keys } from '#/api/client/keys.ts';
import type { Conversation, Message } from '#/api/types.ts';
import { oneKey, threadKey } from '../cache.ts';
import type { Unsent } from './idbStore.ts';
import { createIncoming } from './incoming.ts';
import type { Thread } from './thread.ts';

const AT = '2026-11-30T00:00:00.000Z';

function message(seq: number, by: Partial<Message> = {}): Message {
  return {
    conversation_id: 'c',
    client_id: null,
    sender_id: 'doyun',
    text: `글 ${seq}`,
    system: null,
    seq,
    id: `m${seq}`,
    at: AT,
    ...by,
  };
}

const UNSENT: Unsent = {
  client_id: 'own',
  account_id: 'minji',
  conversation_id: 'c',
  text: '내 글',
  at: Date.parse(AT),
  refused: false,
};

/** The page of 민지, with one conversation whose first two messages are on screen. */
function page() {
  const client = new QueryClient();
  client.setQueryData<Thread>(threadKey('c'), { items: [message(1), message(2)], more: false, ahead: [] });
  client.setQueryData(oneKey('c'), {
    id: 'c',
    other_id: 'doyun',
    last_seq: 2,
    unread: 0,
    read_seq: 2,
    other_read_seq: 0,
  } as Conversation);
  const deps = {
    client,
    me: () => 'minji',
    outbox: { find: (id: string) => (id === 'own' ? UNSENT : undefined), remove: vi.fn() },
    typing: { started: vi.fn(), stopped: vi.fn() },
    onStored: vi.fn(),
    onRefused: vi.fn(),
    onUnreadChange: vi.fn(),
  };
  return {
    ...deps,
    incoming: createIncoming(deps),
    seqs: () => client.getQueryData<Thread>(threadKey('c'))?.items.map(({ seq }) => seq),
    conversation: () => client.getQueryData<Conversation>(oneKey('c')),
    isStale: (key: readonly string[]) => client.getQueryState(key)?.isInvalidated,
  };
}

test('a message of the other stands in the thread and counts as unread', () => {
  const { incoming, seqs, conversation, typing, onUnreadChange } = page();
  incoming.handle({ type: 'message', message: message(3) });
  expect(seqs()).toEqual([1, 2, 3]);
  expect(conversation()).toMatchObject({ last_seq: 3, unread: 1 });
  expect(typing.stopped).toHaveBeenCalledWith('c');
  expect(onUnreadChange).toHaveBeenCalledOnce();
});

test('why a message was refused goes on to its sender', () => {
  const { incoming, onRefused } = page();
  const params = { character: 'U+3164', class: 'filler' };
  const code = 'text.forbidden_character';
  incoming.handle({ type: 'refused', client_id: 'own', problem: { code, status: 422, params } });
  incoming.handle({ type: 'refused', client_id: 'own', problem: { code: 'request.not_found', status: 404 } });
  expect(onRefused.mock.calls).toEqual([
    ['own', 422, { code, params }],
    ['own', 404, { code: 'request.not_found', params: {} }],
  ]);
});

test('a gap is kept aside and the thread asked for again', () => {
  const { incoming, seqs, isStale } = page();
  incoming.handle({ type: 'message', message: message(4) });
  expect(seqs()).toEqual([1, 2]);
  expect(isStale(threadKey('c'))).toBe(true);
});

test('an own message that is stored leaves the outbox, is shown and is not unread', () => {
  const { incoming, client, conversation, outbox, onStored, onUnreadChange } = page();
  incoming.handle({ type: 'stored', client_id: 'own', conversation_id: 'c', seq: 3, id: 'm3', at: AT });
  expect(client.getQueryData<Thread>(threadKey('c'))?.items.at(-1)).toMatchObject({
    seq: 3,
    id: 'm3',
    sender_id: 'minji',
    text: '내 글',
  });
  expect(conversation()).toMatchObject({ last_seq: 3, unread: 0 });
  expect(outbox.remove).toHaveBeenCalledWith('own');
  expect(onStored).toHaveBeenCalledWith('own');
  expect(onUnreadChange).not.toHaveBeenCalled();
});

test('what arrives while the first page is on its way is gathered for it', () => {
  const { incoming } = page();
  const { arrived, done } = incoming.gather('c');
  incoming.receive(message(3));
  done();
  incoming.receive(message(4));
  expect(arrived.map(({ seq }) => seq)).toEqual([3]);
});

test('read marks of both; typing of the other only', () => {
  const { incoming, conversation, typing, onUnreadChange } = page();
  incoming.handle({ type: 'read', conversation_id: 'c', account_id: 'doyun', seq: 2 });
  expect(conversation()?.other_read_seq).toBe(2);
  expect(onUnreadChange).not.toHaveBeenCalled();
  incoming.handle({ type: 'read', conversation_id: 'c', account_id: 'minji', seq: 2 });
  expect(onUnreadChange).toHaveBeenCalledOnce();
  incoming.handle({ type: 'typing', conversation_id: 'c', account_id: 'minji' });
  expect(typing.started).not.toHaveBeenCalled();
  incoming.handle({ type: 'typing', conversation_id: 'c', account_id: 'doyun' });
  expect(typing.started).toHaveBeenCalledWith('c');
});

test('the server is told how far the page has come; a system message makes engagements stale', () => {
  const { incoming, client, isStale } = page();
  expect(incoming.positions()).toEqual([{ id: 'c', last_seq: 2 }]);
  client.setQueryData(keys.engagements, []);
  incoming.receive(message(3, { sender_id: null, system: { actor_id: 'doyun' } as Message['system'] }));
  expect(isStale(keys.engagements)).toBe(true);
});
