import { QueryClient } from '@tanstack/react-query';
import { NoAnswer, Problem } from '../problem/problem.ts';
import { tabSession } from '../session/tab.ts';
import { dropDrafts } from '#/shared/draft/useDraft.ts';

/** One retry, only where another try can help: no answer, or the server's own trouble. 404 and 403 at once. */
export function mayRetry(failures: number, cause: unknown): boolean {
  if (failures >= 1) return false;
  return cause instanceof NoAnswer || (cause instanceof Problem && cause.status >= 500);
}

/** A 503 names its own waiting time. */
export function retryDelay(_failures: number, cause: unknown): number {
  if (cause instanceof Problem && cause.retryAfter !== undefined)
    return Math.min(cause.retryAfter, 30) * 1000;
  return 1_000;
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // 'online' would pause queries offline and leave a skeleton for ever.
      networkMode: 'always',
      retry: mayRetry,
      retryDelay,
      staleTime: 15_000,
      refetchOnReconnect: true,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

tabSession.onAccountChange(() => {
  dropDrafts();
  queryClient.clear();
});

// What was asked while nobody knew who this is was answered as to a stranger.
let before = tabSession.state().status;
tabSession.subscribe(() => {
  const { status } = tabSession.state();
  if (before === 'unreachable' && status === 'member') void queryClient.invalidateQueries();
  before = status;
});
