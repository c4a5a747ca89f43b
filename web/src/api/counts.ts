import { useQuery } from '@tanstack/react-query';
import { api, ok } from './client.ts';
import { keys } from './keys.ts';
import { useSession } from './useSession.ts';

/** Unread notices; the live stream keeps the number fresh. 0 for a visitor. */
export function useUnreadNotices(): number {
  const member = useSession().status === 'member';
  const query = useQuery({
    queryKey: keys.noticesUnread,
    queryFn: ({ signal }) => ok<{ count: number }>(api.GET('/api/notifications/unread', { signal })),
    enabled: member,
    staleTime: 60_000,
  });
  return member ? (query.data?.count ?? 0) : 0;
}

/** Unread messages. 0 for a visitor. */
export function useUnreadChats(): number {
  const member = useSession().status === 'member';
  const query = useQuery({
    queryKey: keys.chatUnread,
    queryFn: ({ signal }) =>
      ok<{ count: number; conversations: number }>(api.GET('/api/chat/unread', { signal })),
    enabled: member,
    staleTime: 60_000,
  });
  return member ? (query.data?.count ?? 0) : 0;
}
