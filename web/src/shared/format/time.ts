import { labels } from './label.ts';

/**
 * Time in words. Numbers come from `formatToParts` (h23, Asia/Seoul); 오전/오후 and relative words are ours,
 * because engines disagree ("PM 7:00" in Node, "오후 7:00" in Chromium for the same ko-KR).
 */
export type Lang = 'ko' | 'en';
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
export type Instant = Date | string;

/** Monday first, as 요일 are told. */
export const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const SUNDAY_FIRST: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const MINUTE = 60_000;
const DAY = 86_400_000;

const SEOUL = new Intl.DateTimeFormat('en-US', {
  timeZone: 'Asia/Seoul',
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
});

interface Day {
  year: number;
  month: number;
  day: number;
  weekday: Weekday;
}

type Month = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12;

interface Moment extends Day {
  hour: number;
  minute: number;
}

function seoul(at: Instant): Moment {
  const part: Record<string, number> = {};
  for (const { type, value } of SEOUL.formatToParts(new Date(at))) part[type] = Number(value);
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0 } = part;
  return { year, month, day, hour, minute, weekday: weekdayOf(year, month, day) };
}

function weekdayOf(year: number, month: number, day: number): Weekday {
  return SUNDAY_FIRST[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? 'mon';
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

/** Days since 1970 of a day in Seoul, to count days between two instants. */
function serial(day: Day): number {
  return Date.UTC(day.year, day.month - 1, day.day) / DAY;
}

/** "2026-11-28": the day in Seoul. */
export function seoulDay(at: Instant): string {
  const { year, month, day } = seoul(at);
  return `${year}-${two(month)}-${two(day)}`;
}

/** "19:30": the time in Seoul. */
export function seoulTime(at: Instant): string {
  const { hour, minute } = seoul(at);
  return `${two(hour)}:${two(minute)}`;
}

/** The parts of "2026-11-28". */
export function dayOf(day: string): Day {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  return { year, month, day: date, weekday: weekdayOf(year, month, date) };
}

/** A day and a time in Seoul as the instant that the API takes. Seoul has kept +09:00 since 1988. */
export function fromSeoul(day: string, time: string): string {
  return new Date(`${day}T${time}:00+09:00`).toISOString().replace('.000Z', 'Z');
}

/** Today in Seoul and the thirteen days after it. */
export function fourteenDays(now: Instant): string[] {
  const start = new Date(now).getTime();
  return Array.from({ length: 14 }, (_, index) => seoulDay(new Date(start + index * DAY)));
}

/** "오후 3:05" */
export function clock(at: Instant, lang: Lang): string {
  const { hour, minute } = seoul(at);
  return clockOf(hour, minute, lang);
}

/** The same for "15:05". */
export function clockTime(time: string, lang: Lang): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return clockOf(hour, minute, lang);
}

function clockOf(hour: number, minute: number, lang: Lang): string {
  const t = labels(lang);
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  return t('time.clock', { half: t(hour < 12 ? 'time.am' : 'time.pm'), time: `${twelve}:${two(minute)}` });
}

/** "11월 28일" */
function monthDay(day: Day, lang: Lang): string {
  const t = labels(lang);
  return t('date.short', { month: t(`month.${day.month as Month}`), day: day.day });
}

/** "11월 28일 (토)"; the year is added unless it is the current one. */
function dateOf(day: Day, lang: Lang, now: Instant): string {
  const { year } = day;
  const parts = { date: monthDay(day, lang), weekday: weekday(day.weekday, lang) };
  const t = labels(lang);
  return year === seoul(now).year ? t('date.this', parts) : t('date.other', { ...parts, year });
}

export function date(at: Instant, lang: Lang, now: Instant): string {
  return dateOf(seoul(at), lang, now);
}

/** "11월 28일", without weekday: for things that are over. */
export function shortDate(at: Instant, lang: Lang, now: Instant): string {
  const day = seoul(at);
  if (day.year !== seoul(now).year) return dotted(day);
  return monthDay(day, lang);
}

function dotted(day: Day): string {
  return `${day.year}.${two(day.month)}.${two(day.day)}`;
}

/** "2026년 11월 22일 일요일": between the days of a conversation. Today and yesterday by name. */
export function dayDivider(at: Instant, lang: Lang, now: Instant): string {
  const t = labels(lang);
  const day = seoul(at);
  const ago = serial(seoul(now)) - serial(day);
  if (ago === 0) return t('date.today');
  if (ago === 1) return t('date.yesterday');
  return t('date.full', {
    year: day.year,
    date: monthDay(day, lang),
    weekday: weekdayLong(day.weekday, lang),
  });
}

/** "토요일 11월 28일" read out by the strip of days. */
export function dayName(day: string, lang: Lang): string {
  const parts = dayOf(day);
  return labels(lang)('date.name', {
    date: monthDay(parts, lang),
    weekday: weekdayLong(parts.weekday, lang),
  });
}

export function weekday(day: Weekday, lang: Lang): string {
  return labels(lang)(`weekday.short.${day}`);
}

export function weekdayLong(day: Weekday, lang: Lang): string {
  return labels(lang)(`weekday.long.${day}`);
}

/** 방금 전 · n분 전 · n시간 전 (same day) · 어제 · n일 전 (≤ 6) · 11월 22일 · 2025.03.02 */
export function ago(at: Instant, lang: Lang, now: Instant): string {
  const t = labels(lang);
  const then = seoul(at);
  const today = seoul(now);
  const passed = new Date(now).getTime() - new Date(at).getTime();
  const days = serial(today) - serial(then);
  if (passed < MINUTE) return t('ago.now');
  if (passed < 60 * MINUTE) return t('ago.minutes', { n: Math.floor(passed / MINUTE) });
  if (days === 0) return t('ago.hours', { n: Math.floor(passed / (60 * MINUTE)) });
  if (days === 1) return t('ago.yesterday');
  if (days <= 6) return t('ago.days', { n: days });
  if (then.year === today.year) return monthDay(then, lang);
  return dotted(then);
}

/** In a timeline or a list of conversations: today's time, 어제, then the date. */
export function stamp(at: Instant, lang: Lang, now: Instant): string {
  const then = seoul(at);
  const days = serial(seoul(now)) - serial(then);
  if (days === 0) return clock(at, lang);
  if (days === 1) return labels(lang)('date.yesterday');
  return shortDate(at, lang, now);
}

/** "오늘 오후 7:00" · "내일 오전 10:00" · "11월 28일 (토) 오전 10:00" */
export function soon(at: Instant, lang: Lang, now: Instant): string {
  const t = labels(lang);
  const ahead = serial(seoul(at)) - serial(seoul(now));
  const time = clock(at, lang);
  if (ahead === 0) return t('soon.today', { time });
  if (ahead === 1) return t('soon.tomorrow', { time });
  return t('soon.date', { date: date(at, lang, now), time });
}

/** "11월 28일 (토) 오전 10:00부터 90분"; where the device lives elsewhere, "(한국 시간)" is added. */
export function span(at: Instant, minutes: number, lang: Lang, now: Instant, zone?: string): string {
  const parts = {
    date: date(at, lang, now),
    time: clock(at, lang),
    minutes: minutesWords(minutes, lang),
  };
  return labels(lang)('time.span', parts) + zoneNote(lang, zone);
}

/** " (한국 시간)" unless the device's zone is Seoul. */
export function zoneNote(lang: Lang, zone = new Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  if (zone === 'Asia/Seoul' || zone === 'ROK') return '';
  return ` ${labels(lang)('time.zone')}`;
}

/** "90분" */
export function minutesWords(minutes: number, lang: Lang): string {
  return labels(lang)('time.minutes', { n: minutes });
}

/** 1900 minutes → {hours: 31, minutes: 40}, for the one big number. */
export function hoursAndMinutes(total: number): { hours: number; minutes: number } {
  return { hours: Math.floor(total / 60), minutes: total % 60 };
}

/** "31시간 40분", without the part that is zero. */
export function hoursWords(total: number, lang: Lang): string {
  const { hours, minutes } = hoursAndMinutes(total);
  const whole = labels(lang)('time.hours', { n: hours });
  if (hours === 0) return minutesWords(minutes, lang);
  return minutes === 0 ? whole : `${whole} ${minutesWords(minutes, lang)}`;
}
