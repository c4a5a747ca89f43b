import { replaceEqualDeep, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useState, useSyncExternalStore } from 'react';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { Conversation, Engagement, Listing, ListingKind, Need, Page, Talent } from '#/api/types.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { mayRetry, queryClient, retryDelay } from '#/api/client/query.ts';
import { cachedThread, LIST, listNeverBack, neverBack, oneKey, threadKey, type List } from './cache.ts';
import type { Waiting } from './live/outbox.ts';
import { known, take, takeNewest, takeOlder, type History, type Thread } from './live/thread.ts';
import { chat } from './live/tab.ts';

const PAGE = 50;
/** Where no socket gets through, what is on screen is asked for again. */
const OPEN_EVERY_MS = 4_000;
const LIST_EVERY_MS = 15_000;

/** The conversation of a new engagement may lag behind it: asked again for five seconds. */
const NOT_YET = {
  retry: (failures: number, cause: unknown) =>
    isProblem(cause) && cause.status === 404 ? failures < 5 : mayRetry(failures, cause),
  retryDelay: (failures: number, cause: unknown) =>
    isProblem(cause) && cause.status === 404 ? 1_000 : retryDelay(failures, cause),
};

export function useLive(): boolean {
  return useSyncExternalStore(chat.subscribeLive, chat.isLive);
}

export function useConversations() {
  const live = useLive();
  return useInfiniteQuery({
    queryKey: LIST,
    queryFn: ({ pageParam, signal }) =>
      ok<Page<Conversation>>(
        api.GET('/api/chat/conversations', {
          params: { query: pageParam === null ? {} : { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    structuralSharing: (old, fresh) =>
      replaceEqualDeep(old, listNeverBack(old as List | undefined, fresh as List)),
    refetchInterval: live ? false : LIST_EVERY_MS,
  });
}

export function useConversation(id: string) {
  const live = useLive();
  return useQuery({
    ...NOT_YET,
    queryKey: oneKey(id),
    queryFn: ({ signal }) =>
      ok<Conversation>(api.GET('/api/chat/conversations/{id}', { params: { path: { id } }, signal })),
    structuralSharing: (old, fresh) =>
      replaceEqualDeep(old, neverBack(old as Conversation | undefined, fresh as Conversation)),
    refetchInterval: (query) => (live || query.state.status !== 'success' ? false : OPEN_EVERY_MS),
  });
}

export function useThread(id: string) {
  const live = useLive();
  return useQuery({
    ...NOT_YET,
    queryKey: threadKey(id),
    queryFn: ({ signal }) => fetchThread(id, signal),
    // Live, nothing goes stale by itself; what was missed is told by `resume`.
    staleTime: live ? 60_000 : 0,
    refetchInterval: (query) => (live || query.state.status !== 'success' ? false : OPEN_EVERY_MS),
  });
}

function page(id: string, query: { limit: number; before?: number; after?: number }, signal?: AbortSignal) {
  return ok<History>(
    api.GET('/api/chat/conversations/{id}/messages', {
      params: { path: { id }, query },
      ...(signal === undefined ? {} : { signal }),
    }),
  );
}

/**
 * The newest messages, joined to what this page has already: asking again must not throw away what was loaded
 * upwards, nor what arrives while the answer is on its way.
 */
async function fetchThread(id: string, signal: AbortSignal): Promise<Thread> {
  const { arrived, done } = chat.gather(id);
  try {
    const newest = await page(id, { limit: PAGE }, signal);
    let thread = takeNewest(cachedThread(queryClient, id), newest);
    for (let tries = 0; thread === null && tries < 5; tries += 1) {
      const behind = cachedThread(queryClient, id);
      if (behind === undefined) break;
      const missed = await page(id, { after: known(behind), limit: 100 }, signal);
      const closer = take(behind, missed.items);
      queryClient.setQueryData(threadKey(id), closer);
      thread = takeNewest(closer, newest);
    }
    // Too far behind: begin again from the newest; the rest is there upwards.
    thread ??= { items: newest.items, more: newest.more, ahead: [] };
    return take(thread, arrived);
  } finally {
    done();
  }
}

/** Loads what lies above. `failed` until it is tried again. */
export function useOlder(id: string) {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  const load = useCallback(async () => {
    const first = cachedThread(queryClient, id)?.items[0]?.seq;
    if (first === undefined) return;
    setState('busy');
    try {
      const older = await page(id, { before: first, limit: PAGE });
      queryClient.setQueryData<Thread>(threadKey(id), (thread) =>
        thread === undefined ? thread : takeOlder(thread, older),
      );
      setState('idle');
    } catch {
      setState('failed');
    }
  }, [id]);
  return { state, load };
}

/** My messages that are not known to be kept yet, of all conversations. */
export function useAllUnsent(): readonly Waiting[] {
  return useSyncExternalStore(chat.outbox.subscribe, chat.outbox.all);
}

/** My messages of this conversation that are not known to be kept yet, in their order. */
export function useUnsent(id: string): Waiting[] {
  return useAllUnsent().filter((entry) => entry.conversation_id === id);
}

export function useTyping(id: string): boolean {
  return useSyncExternalStore(chat.typing.subscribe, () => chat.typing.isTyping(id));
}

export function useEngagement(id: string, enabled: boolean) {
  return useQuery({
    ...NOT_YET,
    enabled,
    queryKey: [...keys.engagements, 'one', id],
    queryFn: ({ signal }) =>
      ok<Engagement>(api.GET('/api/core/engagements/{id}', { params: { path: { id } }, signal })),
  });
}

/** What an inquiry is about. Under the same key as the listing's own page, in the same shape. */
export function useListing(kind: ListingKind, id: string, enabled: boolean) {
  return useQuery({
    enabled,
    queryKey: [...(kind === 'talent' ? keys.talents : keys.needs), 'one', id],
    queryFn: async ({ signal }): Promise<Listing> => {
      const params = { path: { id } };
      return kind === 'talent'
        ? { kind, ...(await ok<Talent>(api.GET('/api/core/talents/{id}', { params, signal }))) }
        : { kind, ...(await ok<Need>(api.GET('/api/core/needs/{id}', { params, signal }))) };
    },
  });
}
