import type { Busy, ListingMode, Mode, Terms } from '#/api/types.ts';
import type { FieldProblem } from '#/api/problem/problem.ts';
import { dayOf, fourteenDays, fromSeoul, seoulDay, seoulTime } from '#/shared/format/time.ts';
import { BANDS, startsOf, timeSlot, type Band, type TimeSlot } from '#/shared/format/weekTimes.ts';
import { letters } from '#/shared/text/letters.ts';

/** Terms as they are being chosen; what has not been decided is `null`. */
export interface TermsDraft {
  /** "2026-11-28", a day in Seoul. */
  day: string | null;
  /** "19:30", in Seoul. */
  time: string | null;
  /** As typed, so that a half-typed number stays. */
  minutes: string;
  mode: Mode;
  place: string;
  bring: string;
  /** The first message of the conversation; never part of the terms. */
  words: string;
}

/** What of a listing the form needs. A listing that is gone leaves the form without its times. */
export interface About {
  minutes: number;
  mode: ListingMode;
  times: readonly TimeSlot[];
  bring: string;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOTICE = 3 * HOUR;
const REACH = 180 * DAY;
export const PLACE_MAX = 80;
export const BRING_MAX = 200;
export const WORDS_MAX = 2000;

/** The bands of a listing on a day: none means that the day is not among its times. */
export function bandsOn(times: readonly TimeSlot[], day: string): Band[] {
  const { weekday } = dayOf(day);
  return BANDS.filter((band) => times.includes(timeSlot(weekday, band)));
}

/** The half hours of a band that are still far enough ahead. */
export function startsOn(day: string, band: Band, now: Date): string[] {
  return startsOf(band).filter((time) => isFarEnough(day, time, now));
}

function isFarEnough(day: string, time: string, now: Date): boolean {
  return new Date(fromSeoul(day, time)).getTime() - now.getTime() >= NOTICE;
}

/** Has the day a start that fits the listing and is not too soon? */
export function fits(times: readonly TimeSlot[], day: string, now: Date): boolean {
  return bandsOn(times, day).some((band) => startsOn(day, band, now).length > 0);
}

/** The band that holds a time, if one does at its half hours. */
export function bandWith(time: string): Band | null {
  return BANDS.find((band) => startsOf(band).includes(time)) ?? null;
}

/** The first day that fits is open already; nothing else is chosen for the person. */
export function newDraft(about: About, now: Date): TermsDraft {
  return {
    day: fourteenDays(now).find((day) => fits(about.times, day, now)) ?? null,
    time: null,
    minutes: String(about.minutes),
    mode: about.mode === 'online' ? 'online' : 'in_person',
    place: '',
    bring: about.bring,
    words: '',
  };
}

export function draftOf(terms: Terms): TermsDraft {
  return {
    day: seoulDay(terms.starts_at),
    time: seoulTime(terms.starts_at),
    minutes: String(terms.minutes),
    mode: terms.mode,
    place: terms.place,
    bring: terms.bring,
    words: '',
  };
}

/** When it would start, as the API takes it. */
export function startOf(draft: TermsDraft): string | null {
  return draft.day === null || draft.time === null || draft.time === ''
    ? null
    : fromSeoul(draft.day, draft.time);
}

/** The number of minutes, where it is one that can be proposed. */
export function minutesOf(draft: TermsDraft): number | null {
  const minutes = Number(draft.minutes);
  return draft.minutes !== '' && Number.isInteger(minutes) && minutes >= 15 && minutes <= 480
    ? minutes
    : null;
}

/** What the server would refuse for sure, in its own words, so that no request is needed to learn it. */
export function lacking(draft: TermsDraft, now: Date): FieldProblem[] {
  const found: FieldProblem[] = [];
  const refuse = (pointer: string, code: string, params: Record<string, unknown> = {}) =>
    found.push({ pointer, code, params });
  const starts = startOf(draft);
  if (starts === null) refuse('/terms/starts_at', 'starts_at.missing');
  else {
    const ahead = new Date(starts).getTime() - now.getTime();
    if (Number(draft.time?.slice(3)) % 15 !== 0) refuse('/terms/starts_at', 'starts_at.quarter');
    else if (ahead < NOTICE) refuse('/terms/starts_at', 'starts_at.too_soon', { hours: NOTICE / HOUR });
    else if (ahead > REACH) refuse('/terms/starts_at', 'starts_at.too_far', { days: REACH / DAY });
  }
  if (minutesOf(draft) === null) refuse('/terms/minutes', 'minutes.out_of_range', { min: 15, max: 480 });
  if (letters(draft.place) > PLACE_MAX) refuse('/terms/place', 'text.too_long', { max: PLACE_MAX });
  if (letters(draft.bring) > BRING_MAX) refuse('/terms/bring', 'text.too_long', { max: BRING_MAX });
  if (letters(draft.words) > WORDS_MAX) refuse('/words', 'text.too_long', { max: WORDS_MAX });
  return found;
}

/** The field of the form that a refused part of the body belongs to. */
export function fieldOf(pointer: string, draft: TermsDraft): keyof TermsDraft | undefined {
  switch (pointer) {
    case '/terms/starts_at':
      return draft.day === null ? 'day' : 'time';
    case '/terms/minutes':
      return 'minutes';
    case '/terms/mode':
      return 'mode';
    case '/terms/place':
      return 'place';
    case '/terms/bring':
      return 'bring';
    case '/words':
      return 'words';
    default:
      return undefined;
  }
}

/** What the API takes. Only for a draft that lacks nothing. */
export function termsOf(draft: TermsDraft) {
  return {
    starts_at: startOf(draft) ?? '',
    minutes: minutesOf(draft) ?? 0,
    mode: draft.mode,
    place: draft.place.trim(),
    bring: draft.bring.trim(),
  };
}

/** My own other plan at that time; the other's calendar is never shown. */
export function clashOf(
  starts: string | null,
  minutes: number | null,
  busy: readonly Busy[],
  except: string | null = null,
): Busy | undefined {
  if (starts === null || minutes === null) return undefined;
  const from = new Date(starts).getTime();
  const to = from + minutes * 60_000;
  return busy.find(
    (one) =>
      one.engagement_id !== except &&
      new Date(one.starts_at).getTime() < to &&
      from < new Date(one.ends_at).getTime(),
  );
}

type Compared = Omit<Terms, 'version' | 'ends_at'>;
export type TermName = 'day' | 'time' | 'minutes' | 'mode' | 'place' | 'bring';
export const TERM_NAMES: readonly TermName[] = ['day', 'time', 'minutes', 'mode', 'place', 'bring'];

/** What a person calls one term; the instant is two of them. */
export function partOf(terms: Compared, name: TermName): string {
  switch (name) {
    case 'day':
      return seoulDay(terms.starts_at);
    case 'time':
      return seoulTime(terms.starts_at);
    case 'minutes':
      return String(terms.minutes);
    default:
      return terms[name];
  }
}

export function changed(before: Compared, now: Compared): TermName[] {
  return TERM_NAMES.filter((name) => partOf(before, name) !== partOf(now, name));
}
