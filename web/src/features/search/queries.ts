import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { EngagementRow, ListingRow, Page, RegionName, SearchPage } from '#/api/types.ts';
import { useSession } from '#/api/session/useSession.ts';
import { apiQuery, type DesiredTerms } from './desiredTerms.ts';

const COLLECTION = { talent: '/api/core/talents', need: '/api/core/needs' } as const;

/** Pages of a search. While a desired changes the rows of the last one stay. */
export function useSearch(desired: DesiredTerms, region: string | null) {
  const query = apiQuery(desired, region);
  return useInfiniteQuery({
    queryKey: [...keys.search, desired.kind, query],
    queryFn: ({ pageParam, signal }) =>
      ok<SearchPage>(
        api.GET(COLLECTION[desired.kind], {
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
export function useFew(desired: DesiredTerms, region: string | null, limit: number, enabled = true) {
  const query = { ...apiQuery(desired, region), limit };
  return useQuery({
    queryKey: [...keys.search, desired.kind, 'few', query],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ok<SearchPage>(api.GET(COLLECTION[desired.kind], { params: { query }, signal })),
  });
}

function useFolder(box: 'turn' | 'upcoming', limit: number) {
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
export const useMyTurn = () => useFolder('turn', 20);

export const useNextAppointment = () => useFolder('upcoming', 1);

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
