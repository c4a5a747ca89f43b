import { labels } from './label.ts';
import type { Lang } from './time.ts';

interface Place {
  /** "망원동" */
  name: string;
  /** "서울 마포구" */
  short: string;
}

/**
 * Listings stand at 동 points, so a distance is one between 동: the same 동 is "우리 동네", else whole km,
 * from 10 in fives; from 50 the 시·군 tells more than a number. Never a decimal.
 */
export function distanceWords(place: Place, km: number | null, same: boolean, lang: Lang): string {
  if (same) return labels(lang)('place.ours');
  if (km === null) return place.name;
  if (km >= 50) return place.short;
  const whole = km < 10 ? Math.max(1, Math.round(km)) : Math.round(km / 5) * 5;
  // 49 rounds to 50, and 50 is already told by the 시·군.
  if (whole >= 50) return place.short;
  return labels(lang)('place.about', { place: place.name, km: whole });
}
