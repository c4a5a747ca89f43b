import type { QueryClient } from '@tanstack/react-query';
import { withFirstMember } from '#/api/session/withFirstMember.ts';

export { BellLink } from './parts/BellLink.tsx';
export { useUnreadNotices } from './unread.ts';

/** For the app: keeps the stream of a member's notices open on every screen. */
export function keepLive(client: QueryClient): () => void {
  return withFirstMember(async () => {
    const live = await import('./live.ts');
    return () => live.keepLive(client);
  });
}
