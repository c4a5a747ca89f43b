import { useInfiniteQuery } from '@tanstack/react-query';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { Notice, Page } from '#/api/types.ts';
import { queryClient } from '#/api/client/query.ts';

export function useNotices() {
  return useInfiniteQuery({
    queryKey: [...keys.notices, 'list'],
    queryFn: ({ pageParam, signal }) =>
      ok<Page<Notice>>(
        api.GET('/api/notifications', {
          params: { query: pageParam === null ? {} : { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

function refreshed(): Promise<unknown> {
  return Promise.all([
    queryClient.invalidateQueries({ queryKey: keys.notices }),
    queryClient.invalidateQueries({ queryKey: keys.noticesUnread }),
  ]);
}

/** Told when the notice is opened; the page does not wait for the answer. */
export async function markRead(id: string): Promise<void> {
  await ok<void>(api.POST('/api/notifications/{id}/read', { params: { path: { id } } }));
  await refreshed();
}

/** Up to the newest one on screen: what arrived meanwhile stays unread. */
export async function markAllRead(until: string): Promise<void> {
  await ok<void>(api.POST('/api/notifications/read-all', { body: { until } }));
  await refreshed();
}
