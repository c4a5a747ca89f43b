import type { TabSession } from './session.ts';

const HIDDEN_MS = 30_000;

interface Line {
  start: () => void;
  stop: () => void;
  /** The member has logged out: what was remembered of the line is dropped. */
  forget?: () => void;
}

/**
 * Keeps a live line open in a visible tab of a member; returns how to stop. Closed 30 s after the tab was hidden:
 * a browser grants six connections per host over HTTP/1.1, and six sleeping tabs would freeze the seventh.
 * `start` and `stop` may be called again at any time.
 */
export function whileVisible(session: TabSession, { start, stop, forget }: Line): () => void {
  let hiding: ReturnType<typeof setTimeout> | undefined;

  function update(): void {
    clearTimeout(hiding);
    if (session.state().status !== 'member') {
      stop();
      forget?.();
    } else if (document.visibilityState === 'visible') {
      start();
    } else {
      hiding = setTimeout(stop, HIDDEN_MS);
    }
  }

  document.addEventListener('visibilitychange', update);
  const unsubscribe = session.subscribe(update);
  update();
  return () => {
    document.removeEventListener('visibilitychange', update);
    unsubscribe();
    clearTimeout(hiding);
    stop();
  };
}
