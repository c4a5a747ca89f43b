import { useQuery } from '@tanstack/react-query';
import { api, ok } from '#/api/client.ts';
import { keys } from '#/api/keys.ts';
import type { ListingKind, Need, Talent } from '#/api/model.ts';
import { queryClient } from '#/api/query.ts';

/** The listing that is being edited, fresh: its revision must be the one that was seen. */
export function useEdited(kind: ListingKind, id: string) {
  return useQuery({
    queryKey: [...(kind === 'talent' ? keys.talents : keys.needs), 'edit', id],
    gcTime: 0,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    queryFn: ({ signal }) =>
      kind === 'talent'
        ? ok<Talent | Need>(api.GET('/api/core/talents/{id}', { params: { path: { id } }, signal }))
        : ok<Talent | Need>(api.GET('/api/core/needs/{id}', { params: { path: { id } }, signal })),
  });
}

/** Every list that may hold the listing. */
export function listingsChanged(kind: ListingKind): void {
  void queryClient.invalidateQueries({ queryKey: kind === 'talent' ? keys.talents : keys.needs });
  void queryClient.invalidateQueries({ queryKey: keys.search });
}
