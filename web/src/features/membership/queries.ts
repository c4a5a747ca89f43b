import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type {
  Account,
  Device,
  HoursRow,
  ListingKind,
  ListingRow,
  Member,
  Page,
  Preference,
  SecurityEvent,
  Tally,
} from '#/api/types.ts';
import { useSession } from '#/api/session/useSession.ts';

export const FILTERS = ['all', 'given', 'received', 'pending'] as const;
export type Filter = (typeof FILTERS)[number];

export function useHours(filter: Filter) {
  return useInfiniteQuery({
    queryKey: [...keys.hours, 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      ok<Page<HoursRow>>(
        api.GET('/api/core/hours', {
          params: { query: pageParam === null ? { filter } : { filter, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

/** The book's own totals: the same figures as the rows add up to. */
export function useTotals() {
  return useQuery({
    queryKey: [...keys.hours, 'summary'],
    queryFn: ({ signal }) =>
      ok<{ given: Tally; received: Tally }>(api.GET('/api/core/hours/summary', { signal })),
  });
}

export function useMyListings(kind: ListingKind) {
  return useInfiniteQuery({
    queryKey: [...(kind === 'talent' ? keys.talents : keys.needs), 'of', 'me'],
    queryFn: ({ pageParam, signal }) =>
      ok<Page<ListingRow>>(
        api.GET(kind === 'talent' ? '/api/core/me/talents' : '/api/core/me/needs', {
          params: { query: pageParam === null ? {} : { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function useAccount() {
  const member = useSession().status === 'member';
  return useQuery({
    queryKey: keys.account,
    enabled: member,
    queryFn: ({ signal }) => ok<Account>(api.GET('/api/auth/account', { signal })),
  });
}

export function useDevices() {
  return useQuery({
    queryKey: keys.devices,
    queryFn: ({ signal }) => ok<{ items: Device[] }>(api.GET('/api/auth/devices', { signal })),
  });
}

/** What happened to the ways into one's own account, the latest first. */
export function useSecurityLog() {
  return useInfiniteQuery({
    queryKey: keys.securityLog,
    queryFn: ({ pageParam, signal }) =>
      ok<Page<SecurityEvent>>(
        api.GET('/api/auth/account/security-log', {
          params: { query: pageParam === null ? {} : { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function usePreferences() {
  const member = useSession().status === 'member';
  return useQuery({
    queryKey: keys.preferences,
    enabled: member,
    queryFn: ({ signal }) =>
      ok<{ items: Preference[] }>(api.GET('/api/notifications/preferences', { signal })),
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
    queryKey: [...(kind === 'talent' ? keys.talents : keys.needs), 'of', member],
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
