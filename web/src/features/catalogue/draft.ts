import type { Category, ListingMode, Need, Talent } from '#/api/types.ts';
import type { FieldProblem } from '#/api/problem/problem.ts';
import type { TimeSlot } from '#/shared/format/weekTimes.ts';
import { letters } from '#/shared/text/letters.ts';

/** A listing as it is being written; what has not been decided is `null`. */
export interface ListingDraft {
  title: string;
  body: string;
  category: Category | null;
  /** As typed, so that a half-typed number stays. */
  minutes: string;
  mode: ListingMode;
  place: { code: string; name: string; path: string } | null;
  times: TimeSlot[];
  bring: string;
  /** Needs only: for how long it stands. */
  days: number;
}

export const DAYS = [3, 7, 14, 30, 60] as const;

export function emptyDraft(place: ListingDraft['place']): ListingDraft {
  return {
    title: '',
    body: '',
    category: null,
    minutes: '60',
    mode: 'in_person',
    place,
    times: [],
    bring: '',
    days: 14,
  };
}

export function draftOf(listing: Talent | Need): ListingDraft {
  const { title, body, category, minutes, mode, region, times, bring } = listing;
  const { code, name, path } = region;
  return {
    title,
    body,
    category,
    minutes: String(minutes),
    mode,
    place: { code, name, path },
    times,
    bring,
    days: 14,
  };
}

/** What the server would refuse for sure, in its own words, so that no request is needed to learn it. */
export function lacking(draft: ListingDraft): FieldProblem[] {
  const found: FieldProblem[] = [];
  const refuse = (pointer: string, code: string, params: Record<string, unknown> = {}) =>
    found.push({ pointer, code, params });
  const length = (pointer: string, text: string, min: number, max: number) => {
    const n = letters(text);
    if (n === 0 && min > 0) refuse(pointer, 'text.empty');
    else if (n < min) refuse(pointer, 'text.too_short', { min });
    else if (n > max) refuse(pointer, 'text.too_long', { max });
  };
  length('/title', draft.title, 2, 60);
  length('/body', draft.body, 10, 2000);
  if (draft.category === null) refuse('/category', 'category.unknown');
  const minutes = Number(draft.minutes);
  if (!Number.isInteger(minutes) || minutes < 15 || minutes > 480)
    refuse('/minutes', 'minutes.out_of_range', { min: 15, max: 480 });
  if (draft.place === null) refuse('/region_code', 'region.unknown');
  length('/bring', draft.bring, 0, 200);
  return found;
}

const FIELDS: Readonly<Record<string, keyof ListingDraft>> = {
  '/title': 'title',
  '/body': 'body',
  '/category': 'category',
  '/minutes': 'minutes',
  '/mode': 'mode',
  '/region_code': 'place',
  '/times': 'times',
  '/bring': 'bring',
  '/expires_in_days': 'days',
};

/** The field of the form that a refused part of the body belongs to. */
export const fieldOf = (pointer: string) => FIELDS[pointer];

/** The fields as the API takes them. Only for a draft that lacks nothing. */
export function bodyOf(draft: ListingDraft) {
  if (draft.category === null) throw new Error('a draft that lacks nothing has a category');
  return {
    title: draft.title,
    body: draft.body,
    category: draft.category,
    minutes: Number(draft.minutes),
    mode: draft.mode,
    region_code: draft.place?.code ?? '',
    times: draft.times,
    bring: draft.bring,
  };
}
