import type { QueryClient } from '@tanstack/react-query';
import type { TabSession } from '#/api/session/session.ts';
import { withFirstMember } from '#/api/session/withFirstMember.ts';

export { BellLink } from './parts/BellLink.tsx';
export { useUnreadNotices } from './unread.ts';

/** For the app: keeps the stream of a member's notices open on every screen. */
export function keepLive(session: TabSession, client: QueryClient): () => void {
  return withFirstMember(session, async () => {
    const live = await import('./live.ts');
    return () => live.keepLive(session, client);
  });
}
