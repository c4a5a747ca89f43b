import { onceFirstScreenStands } from '#/shared/nav/firstScreen.ts';
import type { TabSession } from './session.ts';

/**
 * Starts what only a member needs (the lines of chat and notices), once; its code arrives with the first member, after
 * the first screen.
 * `load` resolves to how it is started, which returns how it is stopped. Returns how to stop it.
 */
export function withFirstMember(session: TabSession, load: () => Promise<() => () => void>): () => void {
  let stop: (() => void) | null = null;
  let over = false;

  function begin(): void {
    if (over || stop !== null || session.state().status !== 'member') return;
    stop = onceFirstScreenStands(run);
  }

  function run(): void {
    load().then(
      (start) => {
        if (!over) stop = start();
      },
      () => {
        // No network: the next change of the session tries again.
        stop = null;
      },
    );
  }

  const unsubscribe = session.subscribe(begin);
  begin();
  return () => {
    over = true;
    unsubscribe();
    stop?.();
  };
}
