import type { Message } from '#/api/types.ts';

/** What this page has of a conversation: a run of messages without a gap, the newest last. */
export interface Thread {
  items: readonly Message[];
  /** There are older ones. */
  more: boolean;
  /** Received already, but something before them is missing. */
  ahead: readonly Message[];
}

export interface History {
  items: Message[];
  more: boolean;
}

export const NOTHING: Thread = { items: [], more: false, ahead: [] };

/** The newest number without a gap before it. */
export function known(thread: Thread): number {
  return thread.items.at(-1)?.seq ?? 0;
}

/** Adds messages behind the run, in whatever order and however often they come. */
export function take(thread: Thread, messages: readonly Message[]): Thread {
  const last = known(thread);
  const waiting = new Map<number, Message>();
  for (const message of [...thread.ahead, ...messages])
    if (message.seq > last) waiting.set(message.seq, message);
  if (waiting.size === 0) return thread.ahead.length === 0 ? thread : { ...thread, ahead: [] };
  const items = [...thread.items];
  for (let next = last + 1; ; next += 1) {
    const message = waiting.get(next);
    if (message === undefined) break;
    waiting.delete(next);
    items.push(message);
  }
  const ahead = [...waiting.values()].sort((a, b) => a.seq - b.seq);
  return { ...thread, items, ahead };
}

/** Adds the page before the oldest; a page that was fetched twice changes nothing. */
export function takeOlder(thread: Thread, page: History): Thread {
  const first = thread.items[0]?.seq ?? Infinity;
  const older = page.items.filter((message) => message.seq < first);
  return { ...thread, items: [...older, ...thread.items], more: page.more };
}

/** The newest page joined to what is here; `null` where messages lie between the two. */
export function takeNewest(thread: Thread | undefined, page: History): Thread | null {
  const first = page.items[0]?.seq ?? 1;
  if (thread === undefined || thread.items.length === 0)
    return take({ items: page.items, more: page.more, ahead: thread?.ahead ?? [] }, []);
  return first <= known(thread) + 1 ? take(thread, page.items) : null;
}
