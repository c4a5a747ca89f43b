import { useQuery } from '@tanstack/react-query';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import { useSession } from '#/api/session/useSession.ts';
import { useFirstScreenStands } from '#/shared/nav/firstScreen.ts';

/** Unread notices; the live stream keeps the number fresh. 0 for a visitor. */
export function useUnreadNotices(): number {
  const member = useSession().status === 'member';
  const stands = useFirstScreenStands();
  const query = useQuery({
    queryKey: keys.noticesUnread,
    queryFn: ({ signal }) => ok<{ count: number }>(api.GET('/api/notifications/unread', { signal })),
    enabled: member && stands,
    staleTime: 60_000,
  });
  return member ? (query.data?.count ?? 0) : 0;
}
