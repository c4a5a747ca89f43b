import { withFirstMember } from '#/api/session/withFirstMember.ts';

export { useUnreadChats } from './unread.ts';

/** For the app: keeps the chat line of a member open on every screen, so that the badge is right everywhere. */
export function keepChat(): () => void {
  return withFirstMember(async () => (await import('./live/chat.ts')).keep);
}
