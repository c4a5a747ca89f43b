import type { RouteObject } from 'react-router';
import { queryClient } from '#/api/client/query.ts';
import { loadProblemTexts } from '#/shared/i18n/i18n.ts';
import { tabSession } from '#/api/session/tab.ts';
import { firstScreenStands } from '#/shared/nav/firstScreen.ts';
import { whenIdle } from '#/shared/nav/whenIdle.ts';

const QUIET_MS = 800;

/**
 * Once the first screen has its answers and the browser is idle: the words of refusals, the rare letters, and every other
 * screen, one after the other, the first pages of the tabs before what lies behind them. Afterwards a tap needs
 * no code from the network, which may be gone by then.
 */
export function fetchRest(routes: readonly RouteObject[]): void {
  let gone = false;
  let quiet: ReturnType<typeof setTimeout> | undefined;
  const stopQueries = queryClient.getQueryCache().subscribe(settle);
  const stopSession = tabSession.subscribe(settle);
  settle();

  function busy(): boolean {
    return queryClient.isFetching() > 0 || tabSession.state().status === 'starting';
  }

  // One answer leads to the next question (who it is, then what is theirs): a moment's silence tells the last one. A
  // slow processor may spend that moment drawing, so it counts only when the browser has nothing left to do.
  function settle(): void {
    clearTimeout(quiet);
    if (!busy()) quiet = setTimeout(() => whenIdle(go), QUIET_MS);
  }

  function go(): void {
    if (gone || busy()) return;
    gone = true;
    stopQueries();
    stopSession();
    firstScreenStands();
    whenIdle(() => void fetchAll(routes));
  }
}

async function fetchAll(routes: readonly RouteObject[]): Promise<void> {
  try {
    await loadProblemTexts();
    await import('pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css');
    if (savesData()) return;
    for (const { lazy } of leaves(routes).sort((a, b) => Number(isTab(b)) - Number(isTab(a)))) {
      if (typeof lazy === 'function') await lazy();
    }
  } catch {
    // No network. What is needed before it is back says so itself.
    window.addEventListener('online', () => void fetchAll(routes), { once: true });
  }
}

function leaves(routes: readonly RouteObject[]): RouteObject[] {
  return routes.flatMap((route) => (route.children === undefined ? [route] : leaves(route.children)));
}

function isTab({ handle }: RouteObject): boolean {
  return (handle as { tabs?: boolean } | undefined)?.tabs === true;
}

/** Has the person asked the browser to be sparing? */
function savesData(): boolean {
  return (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
}
