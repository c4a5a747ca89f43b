const KEY = 'dojob.reloaded';
const AGAIN_MS = 30_000;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 30_000;
const PATIENCE_MS = 8_000;

/** `answers`: the server does, and reloading has not helped a moment ago. */
type Told = 'trying' | 'silent' | 'answers';

/**
 * A screen's code did not arrive. A page that failed to load cannot be asked for again in the same document (browser and router keep
 * the failure), so the page is loaded anew, at the same address, once the server answers: a reload without network
 * would throw the whole app away. After a release, when the old page asks for files that are gone, that is at once. By
 * itself it happens once in half a minute, so that it is no loop; `asked`: by the person, then always.
 * Tries again with growing pauses, and when the network or the page is back. Returns how to stop.
 */
export function keepTrying(tell: (told: Told) => void, asked: boolean): () => void {
  let stopped = false;
  let wait = FIRST_WAIT_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function tryNow(mayReload: boolean): Promise<void> {
    clearTimeout(timer);
    const answers = await serverAnswers();
    if (stopped) return;
    if (answers && (mayReload || firstTime())) {
      location.reload();
    } else if (answers) {
      tell('answers');
    } else {
      tell('silent');
      clearTimeout(timer);
      timer = setTimeout(() => void tryNow(false), wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  const hurry = (): void => {
    if (document.visibilityState === 'visible') void tryNow(false);
  };
  window.addEventListener('online', hurry);
  document.addEventListener('visibilitychange', hurry);
  tell('trying');
  void tryNow(asked);
  return () => {
    stopped = true;
    clearTimeout(timer);
    window.removeEventListener('online', hurry);
    document.removeEventListener('visibilitychange', hurry);
  };
}

async function serverAnswers(): Promise<boolean> {
  if (!navigator.onLine) return false;
  const silence = new AbortController();
  const alarm = setTimeout(() => silence.abort(), PATIENCE_MS);
  try {
    // What a reload would ask for, past every cache.
    const { ok } = await fetch(location.pathname, {
      method: 'HEAD',
      headers: { accept: 'text/html' },
      cache: 'no-store',
      signal: silence.signal,
    });
    return ok;
  } catch {
    return false;
  } finally {
    clearTimeout(alarm);
  }
}

/** Without storage a loop could not be told from a first time. */
function firstTime(): boolean {
  try {
    const last = Number(sessionStorage.getItem(KEY) ?? 0);
    if (Math.abs(Date.now() - last) < AGAIN_MS) return false;
    sessionStorage.setItem(KEY, String(Date.now()));
    return true;
  } catch {
    return false;
  }
}
