import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type {
  Busy,
  Engagement,
  EngagementRow,
  Listing,
  ListingKind,
  Need,
  Page,
  Talent,
} from '#/api/types.ts';
import { queryClient } from '#/api/client/query.ts';
import { useSession } from '#/api/session/useSession.ts';
import { seoulDay } from '#/shared/format/time.ts';
import { nextMoment } from './story.ts';

export type Folder = 'turn' | 'waiting' | 'upcoming' | 'past';
/** The listing that is proposed to: how it stands now, and with this person, decides what may be done. */
export function useProposedTo(kind: ListingKind, id: string) {
  const { status } = useSession();
  return useQuery({
    // A visitor's answer does not hold for the member.
    queryKey: [...(kind === 'talent' ? keys.talents : keys.needs), 'proposed-to', id, status !== 'visitor'],
    enabled: id !== '' && status !== 'starting',
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

const engagementKey = (id: string) => [...keys.engagements, 'one', id];
const HOUR = 3_600_000;

/** Asks again when the clock has changed it: at the start, the end, a deadline. */
export function useEngagement(id: string | null) {
  const member = useSession().status === 'member';
  return useQuery({
    queryKey: engagementKey(id ?? ''),
    enabled: id !== null && member,
    queryFn: ({ signal }) =>
      ok<Engagement>(api.GET('/api/core/engagements/{id}', { params: { path: { id: id ?? '' } }, signal })),
    refetchInterval: ({ state }) => {
      const at = state.data === undefined ? null : nextMoment(state.data);
      if (at === null) return false;
      const ahead = new Date(at).getTime() - Date.now();
      // A clock that goes a little wrong asks a little later again; a timer holds 24 days at most.
      return Math.min(ahead > 0 ? ahead + 1_000 : 30_000, HOUR);
    },
  });
}

export function useEngagements(box: Folder) {
  return useInfiniteQuery({
    queryKey: [...keys.engagements, 'list', box, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      ok<Page<EngagementRow>>(
        api.GET('/api/core/engagements', {
          params: { query: pageParam === null ? { box } : { box, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function useOffers(need: string) {
  return useQuery({
    queryKey: [...keys.engagements, 'offers', need],
    queryFn: ({ signal }) =>
      ok<{ items: EngagementRow[] }>(
        api.GET('/api/core/needs/{id}/offers', { params: { path: { id: need } }, signal }),
      ),
  });
}

const SPAN_DAYS = 59;

/** My own taken times of the next weeks; the other's are never shown. None for a visitor. */
export function useBusy(now: Date): readonly Busy[] {
  const member = useSession().status === 'member';
  // From midnight, so that a minute that passes is no other query.
  const from = `${seoulDay(now)}T00:00:00+09:00`;
  const query = useQuery({
    queryKey: [...keys.busy, from],
    enabled: member,
    queryFn: ({ signal }) => {
      const start = new Date(from);
      const to = new Date(start.getTime() + SPAN_DAYS * 24 * HOUR);
      return ok<{ items: Busy[] }>(
        api.GET('/api/core/busy', {
          params: { query: { from: start.toISOString(), to: to.toISOString() } },
          signal,
        }),
      );
    },
  });
  return query.data?.items ?? NONE;
}

const NONE: readonly Busy[] = [];

/** The answer to a change is how it stands now; every list that may hold it is asked again. */
export function engagementChanged(now: Engagement): void {
  queryClient.setQueryData(engagementKey(now.id), now);
  for (const key of [
    [...keys.engagements, 'list'],
    [...keys.engagements, 'offers'],
    keys.busy,
    keys.hours,
    keys.cards,
    now.listing.kind === 'talent' ? keys.talents : keys.needs,
    ...(now.state === 'completed' ? [keys.me] : []),
  ])
    void queryClient.invalidateQueries({ queryKey: key });
}

/** Refused because it stands otherwise than it was shown. */
export function lookAgain(id: string): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: engagementKey(id) });
}
