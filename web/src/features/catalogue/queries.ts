import { useQuery, type QueryKey } from '@tanstack/react-query';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { Listing, ListingKind, ListingRow, Need, Talent } from '#/api/types.ts';
import { queryClient } from '#/api/client/query.ts';

export function ownerOf(listing: Listing) {
  return listing.kind === 'talent' ? listing.donor : listing.recipient;
}

export function isOpen(listing: Listing): boolean {
  return listing.state === 'published' || listing.state === 'open';
}

const ROOT = { talent: keys.talents, need: keys.needs } as const;
function listingKey(kind: ListingKind, id: string): QueryKey {
  return [...ROOT[kind], 'one', id];
}

export function useListing(kind: ListingKind, id: string) {
  return useQuery({
    queryKey: listingKey(kind, id),
    queryFn: async ({ signal }): Promise<Listing> =>
      kind === 'talent'
        ? {
            kind,
            ...(await ok<Talent>(api.GET('/api/core/talents/{id}', { params: { path: { id } }, signal }))),
          }
        : {
            kind,
            ...(await ok<Need>(api.GET('/api/core/needs/{id}', { params: { path: { id } }, signal }))),
          },
  });
}

export type ListingCommand = 'pause' | 'resume' | 'renew' | 'close';

/** The owner's acts; the answer is the listing as it stands now. */
export async function actOn(kind: ListingKind, id: string, act: ListingCommand): Promise<void> {
  const params = { path: { id } };
  if (kind === 'need') {
    const need = await ok<Need>(api.POST(`/api/core/needs/{id}/${act}`, { params }));
    queryClient.setQueryData(listingKey(kind, id), { kind, ...need });
  } else if (act !== 'close') {
    const talent = await ok<Talent>(api.POST(`/api/core/talents/{id}/${act}`, { params }));
    queryClient.setQueryData(listingKey(kind, id), { kind, ...talent });
  }
  void queryClient.invalidateQueries({ queryKey: keys.search });
  void queryClient.invalidateQueries({ queryKey: [...ROOT[kind], 'of'] });
}

export function useSimilar(kind: ListingKind, id: string) {
  return useQuery({
    queryKey: [...ROOT[kind], 'similar', id],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      ok<{ items: ListingRow[] }>(
        api.GET(kind === 'talent' ? '/api/core/talents/{id}/similar' : '/api/core/needs/{id}/similar', {
          params: { path: { id } },
          signal,
        }),
      ),
  });
}

/** The listing that is being edited, fresh: its revision must be the one that was seen. */
export function useEdited(kind: ListingKind, id: string) {
  return useQuery({
    queryKey: [...ROOT[kind], 'edit', id],
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
  void queryClient.invalidateQueries({ queryKey: ROOT[kind] });
  void queryClient.invalidateQueries({ queryKey: keys.search });
}
