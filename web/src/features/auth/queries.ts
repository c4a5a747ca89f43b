import { useQuery } from '@tanstack/react-query';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { Doc, DocName, DocRef } from '#/api/types.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { useLang } from '#/shared/i18n/lang.ts';

/** What sign-up asks for, in today's versions. */
export function useDocuments() {
  return useQuery({
    queryKey: [...keys.documents, 'list'],
    staleTime: 5 * 60_000,
    queryFn: ({ signal }) => ok<{ items: DocRef[] }>(api.GET('/api/auth/documents', { signal })),
  });
}

export function useDocument(doc: string) {
  const lang = useLang();
  return useQuery({
    queryKey: [...keys.documents, doc, lang],
    staleTime: 5 * 60_000,
    queryFn: ({ signal }) =>
      ok<Doc>(
        api.GET('/api/auth/documents/{doc}', {
          params: { path: { doc: doc as DocName }, query: { lang } },
          signal,
        }),
      ),
  });
}

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
