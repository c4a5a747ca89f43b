const KEY = 'dojob.reloaded';
const AGAIN_MS = 30_000;

/**
 * After a release the old page asks for files that are gone: it reloads, once, when a page was asked for
 * (`isGoing`). What is only fetched for later may fail, and nobody's page is thrown away for it. If reloading does not
 * help within half a minute the screen "연결이 어려워요" is shown instead of a loop.
 */
export function reloadOnPreloadError(isGoing: () => boolean): void {
  window.addEventListener('vite:preloadError', () => {
    if (!isGoing()) return;
    // Offline a reload would only throw the page away.
    if (!navigator.onLine) return;
    try {
      const last = Number(sessionStorage.getItem(KEY) ?? 0);
      if (Date.now() - last < AGAIN_MS) return;
      sessionStorage.setItem(KEY, String(Date.now()));
      location.reload();
    } catch {
      // Without storage a loop could not be told from a first time.
    }
  });
}
