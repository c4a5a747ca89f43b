import { useQuery } from '@tanstack/react-query';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { Doc, DocName, DocRef, LogIns, PendingSignUp, Provider } from '#/api/types.ts';
import { useLang } from '#/shared/i18n/lang.ts';
import { finish } from './visit.ts';

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

/** The providers that this server is registered with, in its order. */
export function useProviders() {
  return useQuery({
    queryKey: keys.providers,
    staleTime: 5 * 60_000,
    queryFn: async ({ signal }) => {
      const found = await ok<{ items: { provider: Provider }[] }>(api.GET('/api/auth/providers', { signal }));
      return found.items.map(({ provider }) => provider);
    },
  });
}

/** The ways to log in to one's own account. */
export function useLogIns() {
  return useQuery({
    queryKey: keys.logIns,
    queryFn: ({ signal }) => ok<LogIns>(api.GET('/api/auth/account/credentials', { signal })),
  });
}

/** Finishes a visit, once for this page, however often it is drawn. */
export function useFinish(enabled: boolean) {
  return useQuery({
    queryKey: ['visit', window.performance.timeOrigin],
    enabled,
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    queryFn: finish,
  });
}

/** The sign-up that waits in this browser. */
export function usePending() {
  return useQuery({
    queryKey: keys.pending,
    retry: false,
    queryFn: ({ signal }) => ok<PendingSignUp>(api.GET('/api/auth/pending', { signal })),
  });
}
