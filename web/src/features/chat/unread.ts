import { useQuery } from '@tanstack/react-query';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import { useSession } from '#/api/session/useSession.ts';
import { useFirstScreenStands } from '#/shared/nav/firstScreen.ts';

/** Unread messages. 0 for a visitor. */
export function useUnreadChats(): number {
  const member = useSession().status === 'member';
  const stands = useFirstScreenStands();
  const query = useQuery({
    queryKey: keys.chatUnread,
    queryFn: ({ signal }) =>
      ok<{ count: number; conversations: number }>(api.GET('/api/chat/unread', { signal })),
    enabled: member && stands,
    staleTime: 60_000,
  });
  return member ? (query.data?.count ?? 0) : 0;
}
