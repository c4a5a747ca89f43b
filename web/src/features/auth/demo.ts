import { useQuery } from '@tanstack/react-query';
import { api, ok } from '#/api/client/client.ts';
import { isProblem } from '#/api/problem/problem.ts';

export interface DemoAccount {
  name: string;
  email: string;
  password: string;
}

/** The practice people; none where the server has no practice neighbourhood. */
export function useDemoAccounts(enabled = true) {
  return useQuery({
    enabled,
    queryKey: ['demo'],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      try {
        const found = await ok<{ items: DemoAccount[] }>(api.GET('/api/auth/demo', { signal }));
        return found.items;
      } catch (cause) {
        if (isProblem(cause) && cause.status === 404) return [];
        throw cause;
      }
    },
  });
}
