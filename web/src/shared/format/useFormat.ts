import { useLang } from '#/shared/i18n/lang.ts';
import { distanceWords } from './distance.ts';
import { labels } from './label.ts';
import * as time from './time.ts';
import * as week from './weekTimes.ts';

/** Every formatter in the language of the page. Pure functions beneath; `now` is always given, never read. */
export function useFormat() {
  const lang = useLang();
  return formatIn(lang);
}

const made = { ko: make('ko'), en: make('en') };

export function formatIn(lang: time.Lang) {
  return made[lang];
}

function make(lang: time.Lang) {
  return {
    lang,
    fits: () => labels(lang)('times.fits'),
    clock: (at: time.Instant) => time.clock(at, lang),
    clockTime: (hhmm: string) => time.clockTime(hhmm, lang),
    date: (at: time.Instant, now: time.Instant) => time.date(at, lang, now),
    shortDate: (at: time.Instant, now: time.Instant) => time.shortDate(at, lang, now),
    dayDivider: (at: time.Instant, now: time.Instant) => time.dayDivider(at, lang, now),
    dayName: (day: string) => time.dayName(day, lang),
    ago: (at: time.Instant, now: time.Instant) => time.ago(at, lang, now),
    stamp: (at: time.Instant, now: time.Instant) => time.stamp(at, lang, now),
    soon: (at: time.Instant, now: time.Instant) => time.soon(at, lang, now),
    span: (at: time.Instant, minutes: number, now: time.Instant) => time.span(at, minutes, lang, now),
    zoneNote: () => time.zoneNote(lang),
    minutes: (minutes: number) => time.minutesWords(minutes, lang),
    hours: (minutes: number) => time.hoursWords(minutes, lang),
    weekday: (day: time.Weekday) => time.weekday(day, lang),
    weekdayLong: (day: time.Weekday) => time.weekdayLong(day, lang),
    band: (band: week.Band) => week.bandName(band, lang),
    bandShort: (band: week.Band) => week.bandShort(band, lang),
    bandHours: (band: week.Band) => week.bandHours(band, lang),
    times: (times: readonly week.TimeSlot[]) => week.timesSentence(times, lang),
    distance: (place: { name: string; short: string }, km: number | null, same: boolean) =>
      distanceWords(place, km, same, lang),
  };
}
