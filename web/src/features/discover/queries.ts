import { keepPreviousData, useInfiniteQuery, useQuery, type QueryKey } from '@tanstack/react-query';
import { api, ok } from '#/api/client.ts';
import { keys } from '#/api/keys.ts';
import type {
  EngagementRow,
  ListingKind,
  ListingRow,
  Member,
  Need,
  Page,
  RegionName,
  SearchPage,
  Talent,
} from '#/api/model.ts';
import { queryClient } from '#/api/query.ts';
import { useSession } from '#/api/useSession.ts';
import { apiQuery, type Wish } from './wish.ts';

export type Listing = ({ kind: 'talent' } & Talent) | ({ kind: 'need' } & Need);

export function ownerOf(listing: Listing) {
  return listing.kind === 'talent' ? listing.donor : listing.recipient;
}

export function isOpen(listing: Listing): boolean {
  return listing.state === 'published' || listing.state === 'open';
}

const ROOT = { talent: keys.talents, need: keys.needs } as const;
export const PATH = { talent: '/talents', need: '/needs' } as const;

const COLLECTION = { talent: '/api/core/talents', need: '/api/core/needs' } as const;

/** Pages of a search. While a wish changes the rows of the last one stay. */
export function useSearch(wish: Wish, region: string | null) {
  const query = apiQuery(wish, region);
  return useInfiniteQuery({
    queryKey: [...keys.search, wish.kind, query],
    queryFn: ({ pageParam, signal }) =>
      ok<SearchPage>(
        api.GET(COLLECTION[wish.kind], {
          params: { query: pageParam === null ? query : { ...query, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}

/** The first few of a search, for the home and for "the nearest five". */
export function useFew(wish: Wish, region: string | null, limit: number, enabled = true) {
  const query = { ...apiQuery(wish, region), limit };
  return useQuery({
    queryKey: [...keys.search, wish.kind, 'few', query],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ok<SearchPage>(api.GET(COLLECTION[wish.kind], { params: { query }, signal })),
  });
}

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

export type ListingAct = 'pause' | 'resume' | 'renew' | 'close';

/** The owner's acts; the answer is the listing as it stands now. */
export async function actOn(kind: ListingKind, id: string, act: ListingAct): Promise<void> {
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

export function useMember(id: string) {
  return useQuery({
    queryKey: [...keys.member, id],
    queryFn: ({ signal }) =>
      ok<Member>(api.GET('/api/core/members/{id}', { params: { path: { id } }, signal })),
  });
}

export function useListingsOf(kind: ListingKind, member: string) {
  return useInfiniteQuery({
    queryKey: [...ROOT[kind], 'of', member],
    queryFn: ({ pageParam, signal }) =>
      ok<Page<ListingRow>>(
        api.GET(kind === 'talent' ? '/api/core/members/{id}/talents' : '/api/core/members/{id}/needs', {
          params: { path: { id: member }, query: pageParam === null ? {} : { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

function useBox(box: 'turn' | 'upcoming', limit: number) {
  const member = useSession().status === 'member';
  return useQuery({
    queryKey: [...keys.engagements, 'list', box, 'home', limit],
    enabled: member,
    queryFn: ({ signal }) =>
      ok<Page<EngagementRow>>(
        api.GET('/api/core/engagements', { params: { query: { box, limit } }, signal }),
      ),
  });
}

/** What waits for me; enough of them to count. */
export const useMyTurn = () => useBox('turn', 20);

export const useNextAppointment = () => useBox('upcoming', 1);

/** Has the member put up anything yet? Only asked while it may matter. */
export function useHasPosted(enabled: boolean) {
  return useQuery({
    queryKey: [...keys.talents, 'of', 'me', 'any'],
    enabled,
    queryFn: async ({ signal }) => {
      const query = { limit: 1 };
      const [talents, needs] = await Promise.all([
        ok<Page<ListingRow>>(api.GET('/api/core/me/talents', { params: { query }, signal })),
        ok<Page<ListingRow>>(api.GET('/api/core/me/needs', { params: { query }, signal })),
      ]);
      return talents.items.length + needs.items.length > 0;
    },
  });
}

/** The name of a 동 that came by a link. */
export function useRegion(code: string | null) {
  return useQuery({
    queryKey: [...keys.regions, 'one', code],
    enabled: code !== null,
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      ok<RegionName>(
        api.GET('/api/addresses/regions/{code}', { params: { path: { code: code ?? '' } }, signal }),
      ),
  });
}
