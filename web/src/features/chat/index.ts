import { sessionState, subscribeSession } from '#/api/session/session.ts';

export { useUnreadChats } from './unread.ts';

/**
 * For the app: keeps the chat line of a member open on every screen, so that the badge is right everywhere. Its code
 * arrives with the first member.
 */
export function keepChat(): () => void {
  let stop: (() => void) | null = null;
  let over = false;

  function begin(): void {
    if (over || stop !== null || sessionState().status !== 'member') return;
    stop = () => undefined;
    void import('./live/chat.ts').then(
      ({ keep }) => {
        if (!over) stop = keep();
      },
      () => {
        // No network: the next change of the session tries again.
        stop = null;
      },
    );
  }

  const unsubscribe = subscribeSession(begin);
  begin();
  return () => {
    over = true;
    unsubscribe();
    stop?.();
  };
}
