import type { TabSession } from '#/api/session/session.ts';
import { withFirstMember } from '#/api/session/withFirstMember.ts';

export { continueInChat } from './composerDraft.ts';
export { useUnreadChats } from './unread.ts';

/** For the app: keeps the chat line of a member open on every screen, so that the badge is right everywhere. */
export function keepChat(session: TabSession): () => void {
  return withFirstMember(session, async () => (await import('./live/tab.ts')).chat.keep);
}
