import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ok } from './client.ts';
import { keys } from './keys.ts';
import type { Cards, MemberCard } from '../types.ts';

interface Wanted {
  members?: readonly string[];
  engagements?: readonly string[];
  talents?: readonly string[];
  needs?: readonly string[];
}

const MOST = 100;
const KINDS = ['members', 'engagements', 'talents', 'needs'] as const;

/**
 * Names and titles for ids, in one call per page (more only beyond 100 ids): notices and system lines carry ids
 * and never names.
 */
export function useCards(wanted: Wanted) {
  const ids = KINDS.flatMap((kind) => [...new Set(wanted[kind] ?? [])].sort().map((id) => ({ kind, id })));
  const query = useQuery({
    queryKey: [...keys.cards, ids.map(({ kind, id }) => `${kind}:${id}`).join()],
    enabled: ids.length > 0,
    staleTime: 5 * 60_000,
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const all: Cards = { members: [], engagements: [], talents: [], needs: [] };
      for (let start = 0; start < ids.length; start += MOST) {
        const some = ids.slice(start, start + MOST);
        const params: Record<string, string> = {};
        for (const kind of KINDS) {
          const mine = some.filter((one) => one.kind === kind).map((one) => one.id);
          if (mine.length > 0) params[kind] = mine.join(',');
        }
        const cards = await ok<Cards>(api.GET('/api/core/cards', { params: { query: params }, signal }));
        all.members.push(...cards.members);
        all.engagements.push(...cards.engagements);
        all.talents.push(...cards.talents);
        all.needs.push(...cards.needs);
      }
      return all;
    },
  });
  const cards = query.data;
  return {
    ready: ids.length === 0 || query.isSuccess,
    member: (id: string): MemberCard | undefined => cards?.members.find((card) => card.id === id),
    engagement: (id: string) => cards?.engagements.find((card) => card.id === id),
    talent: (id: string) => cards?.talents.find((card) => card.id === id),
    need: (id: string) => cards?.needs.find((card) => card.id === id),
  };
}
