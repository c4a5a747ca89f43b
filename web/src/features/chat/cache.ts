import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { keys } from '#/api/client/keys.ts';
import type { Conversation, Message, Page } from '#/api/types.ts';
import type { Thread } from './live/thread.ts';

/** Where the answers of chat lie in the cache. */
export const LIST = [...keys.conversations, 'list'] as const;
export const oneKey = (id: string) => [...keys.conversations, 'one', id] as const;
export const threadKey = (id: string) => [...keys.messages, id] as const;

export type List = InfiniteData<Page<Conversation>, string | null>;

export function cachedThread(client: QueryClient, id: string): Thread | undefined {
  return client.getQueryData<Thread>(threadKey(id));
}

/** Changes a conversation wherever it is cached; false where a list does not know it. */
export function patch(client: QueryClient, id: string, by: (old: Conversation) => Conversation): boolean {
  client.setQueryData<Conversation>(oneKey(id), (old) => (old === undefined ? old : by(old)));
  const list = client.getQueryData<List>(LIST);
  if (list === undefined) return true;
  const all = list.pages.flatMap((page) => page.items);
  const old = all.find((one) => one.id === id);
  if (old === undefined) return false;
  const changed = by(old);
  const moves = changed.last_seq !== old.last_seq;
  client.setQueryData<List>(LIST, {
    ...list,
    pages: list.pages.map((page, index) => {
      if (!moves) return { ...page, items: page.items.map((one) => (one.id === id ? changed : one)) };
      const others = page.items.filter((one) => one.id !== id);
      return { ...page, items: index === 0 ? [changed, ...others] : others };
    }),
  });
  return true;
}

/** What a new message does to its conversation, as seen by `me`. */
export function withMessage(old: Conversation, message: Message, me: string): Conversation {
  if (message.seq <= old.last_seq) return old;
  const author = message.sender_id ?? message.system?.actor_id ?? null;
  const { seq, at, sender_id, text, system } = message;
  // Who writes has read up to there if nothing lay between; the server counts the same way.
  const follows = (read: number, who: string) => (author === who && read === seq - 1 ? seq : read);
  return {
    ...old,
    last_seq: seq,
    last: { seq, at, sender_id, text, system },
    unread: author === me ? old.unread : old.unread + 1,
    read_seq: follows(old.read_seq, me),
    other_read_seq: follows(old.other_read_seq, old.other_id),
  };
}

/** `who` has read up to `seq`. Read to the end, nothing is unread; else only the server can count. */
export function withRead(old: Conversation, who: string, seq: number): Conversation {
  if (who === old.other_id) return { ...old, other_read_seq: Math.max(old.other_read_seq, seq) };
  return { ...old, read_seq: Math.max(old.read_seq, seq), unread: seq >= old.last_seq ? 0 : old.unread };
}

/**
 * An answer that left the server before something moved must not take it back: what has arrived over the socket
 * meanwhile stays.
 */
export function neverBack(old: Conversation | undefined, fresh: Conversation): Conversation {
  if (old === undefined || old.id !== fresh.id) return fresh;
  const { last_seq, last, unread } = fresh.last_seq < old.last_seq ? old : fresh;
  return {
    ...fresh,
    last_seq,
    last,
    unread,
    read_seq: Math.max(old.read_seq, fresh.read_seq),
    other_read_seq: Math.max(old.other_read_seq, fresh.other_read_seq),
  };
}

/** The same of a list: each conversation by itself, wherever it stands now. */
export function listNeverBack(old: List | undefined, fresh: List): List {
  if (old === undefined) return fresh;
  const known = new Map(old.pages.flatMap((page) => page.items).map((one) => [one.id, one]));
  const pages = fresh.pages.map((page) => ({
    ...page,
    items: page.items.map((one) => neverBack(known.get(one.id), one)),
  }));
  return { ...fresh, pages };
}
