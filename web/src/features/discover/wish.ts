import { CATEGORIES, type Category, type ListingKind, type Mode } from '#/api/model.ts';
import { WEEKDAYS, type Weekday } from '#/shared/format/time.ts';

export const REACHES = ['3', '5', '10', '20', '40', 'all'] as const;
export type Reach = (typeof REACHES)[number];
export const SORTS = ['recommended', 'near', 'newest'] as const;
export type Sort = (typeof SORTS)[number];
export const MODES: readonly Mode[] = ['in_person', 'online'];

/** What somebody looks for. The URL is its only home, so a link shows the same list and back leads to it. */
export interface Wish {
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

/** Whatever the URL says that is no wish of ours is passed over. */
export function readWish(params: URLSearchParams): Wish {
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
export function wishParams(wish: Wish): URLSearchParams {
  const params = new URLSearchParams();
  if (wish.kind === 'need') params.set('kind', 'need');
  if (wish.q.trim() !== '') params.set('q', wish.q);
  for (const key of ['region', 'reach', 'mode', 'weekday', 'category'] as const) {
    const value = wish[key];
    if (value !== null) params.set(key, value);
  }
  if (wish.sort !== 'recommended') params.set('sort', wish.sort);
  return params;
}

export function searchPath(wish: Partial<Wish> = {}): string {
  const params = wishParams({ ...NOTHING, ...wish });
  return params.size === 0 ? '/search' : `/search?${params}`;
}

export const NOTHING: Wish = {
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
export function isNarrowed(wish: Wish): boolean {
  return wish.q.trim() !== '' || wish.mode !== null || wish.weekday !== null || wish.category !== null;
}

/** What the API is asked; `region` is the 동 looked from, if any. */
export function apiQuery(wish: Wish, region: string | null): Record<string, string> {
  const query: Record<string, string> = { sort: wish.sort };
  if (wish.q.trim() !== '') query['q'] = wish.q.trim();
  if (region !== null) query['region'] = region;
  if (region !== null && wish.reach !== null) query['reach_km'] = wish.reach;
  if (wish.mode !== null) query['mode'] = wish.mode;
  if (wish.weekday !== null) query['weekday'] = wish.weekday;
  if (wish.category !== null) query['category'] = wish.category;
  return query;
}

/** The next wider reach than `km`, for "10 km로 보기"; `null` when everything is already in it. */
export function wider(km: number | null): Reach | null {
  if (km === null) return null;
  return REACHES.find((reach) => reach === 'all' || Number(reach) > km) ?? null;
}
