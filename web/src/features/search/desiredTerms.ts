import { CATEGORIES, type Category, type ListingKind, type Mode } from '#/api/types.ts';
import { WEEKDAYS, type Weekday } from '#/shared/format/time.ts';
import { paths } from '#/shared/paths.ts';

export const REACHES = ['3', '5', '10', '20', '40', 'all'] as const;
export type Reach = (typeof REACHES)[number];
export const SORTS = ['recommended', 'near', 'newest'] as const;
export type Sort = (typeof SORTS)[number];
export const MODES: readonly Mode[] = ['in_person', 'online'];

/** What is searched for. The URL is its only home, so a link shows the same list and back leads to it. */
export interface DesiredTerms {
  kind: ListingKind;
  q: string;
  region: string | null;
  /** `null`: grows until there is enough. */
  reach: Reach | null;
  mode: Mode | null;
  weekday: Weekday | null;
  category: Category | null;
  sort: Sort;
}

function oneOf<V extends string>(all: readonly V[], raw: string | null): V | null {
  return all.find((value) => value === raw) ?? null;
}

/** Parameters and values that are not known are ignored. */
export function readDesiredTerms(params: URLSearchParams): DesiredTerms {
  const region = params.get('region');
  return {
    kind: params.get('kind') === 'need' ? 'need' : 'talent',
    q: (params.get('q') ?? '').slice(0, 60),
    region: region !== null && /^\d{10}$/.test(region) ? region : null,
    reach: oneOf(REACHES, params.get('reach')),
    mode: oneOf(MODES, params.get('mode')),
    weekday: oneOf(WEEKDAYS, params.get('weekday')),
    category: oneOf(CATEGORIES, params.get('category')),
    sort: oneOf(SORTS, params.get('sort')) ?? 'recommended',
  };
}

/** Only what was chosen, so that the plain page has a plain address. */
export function desiredTermsParams(desired: DesiredTerms): URLSearchParams {
  const params = new URLSearchParams();
  if (desired.kind === 'need') params.set('kind', 'need');
  if (desired.q.trim() !== '') params.set('q', desired.q);
  for (const key of ['region', 'reach', 'mode', 'weekday', 'category'] as const) {
    const value = desired[key];
    if (value !== null) params.set(key, value);
  }
  if (desired.sort !== 'recommended') params.set('sort', desired.sort);
  return params;
}

export function searchPath(desired: Partial<DesiredTerms> = {}): string {
  return paths.search(desiredTermsParams({ ...NOTHING, ...desired }));
}

export const NOTHING: DesiredTerms = {
  kind: 'talent',
  q: '',
  region: null,
  reach: null,
  mode: null,
  weekday: null,
  category: null,
  sort: 'recommended',
};

/** Does anything narrow the list besides the place? */
export function isNarrowed(desired: DesiredTerms): boolean {
  return (
    desired.q.trim() !== '' || desired.mode !== null || desired.weekday !== null || desired.category !== null
  );
}

/** What the API is asked; `region` is the 동 looked from, if any. */
export function apiQuery(desired: DesiredTerms, region: string | null): Record<string, string> {
  const query: Record<string, string> = { sort: desired.sort };
  if (desired.q.trim() !== '') query['q'] = desired.q.trim();
  if (region !== null) query['region'] = region;
  if (region !== null && desired.reach !== null) query['reach_km'] = desired.reach;
  if (desired.mode !== null) query['mode'] = desired.mode;
  if (desired.weekday !== null) query['weekday'] = desired.weekday;
  if (desired.category !== null) query['category'] = desired.category;
  return query;
}

/** The next wider reach than `km`, for "10 km로 보기"; `null` when everything is already in it. */
export function wider(km: number | null): Reach | null {
  if (km === null) return null;
  return REACHES.find((reach) => reach === 'all' || Number(reach) > km) ?? null;
}
