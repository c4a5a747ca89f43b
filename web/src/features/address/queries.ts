import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { RegionHit, RegionName } from '#/api/types.ts';

/** Listings stand at 동 (읍·면) points: what lies above is only a way to get there, 리 below is too fine. */
const NOT_CHOSEN = new Set(['sido', 'sigungu', 'ri']);

export function useRegionSearch(text: string) {
  const q = text.trim();
  return useQuery({
    queryKey: [...keys.regions, 'search', q],
    enabled: q !== '',
    staleTime: Infinity,
    // While a syllable grows the earlier rows stay.
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const found = await ok<{ items: RegionHit[] }>(
        api.GET('/api/addresses/regions', { params: { query: { q, limit: 20 } }, signal }),
      );
      return found.items.filter((hit) => !NOT_CHOSEN.has(hit.level));
    },
  });
}

/** The 동 around a point, nearest first. The point is in no address, so nothing on the way keeps it. */
export async function nearest(lat: number, lon: number): Promise<RegionHit[]> {
  const found = await ok<{ items: RegionName[] }>(
    api.POST('/api/addresses/nearest', { body: { lat, lon, limit: 5 } }),
  );
  const chosen = found.items.filter((hit) => !NOT_CHOSEN.has(hit.level));
  // Nothing was typed.
  return chosen.map((hit) => ({ ...hit, match: null, former_name: null }));
}
