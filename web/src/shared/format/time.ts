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

const KO_DAY: Record<Weekday, string> = {
  mon: '월',
  tue: '화',
  wed: '수',
  thu: '목',
  fri: '금',
  sat: '토',
  sun: '일',
};
const EN_DAY: Record<Weekday, string> = {
  mon: 'Mon',
  tue: 'Tue',
  wed: 'Wed',
  thu: 'Thu',
  fri: 'Fri',
  sat: 'Sat',
  sun: 'Sun',
};
const EN_LONG: Record<Weekday, string> = {
  mon: 'Monday',
  tue: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};
const EN_MONTH = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

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
  const twelve = hour % 12 === 0 ? 12 : hour % 12;
  const numbers = `${twelve}:${two(minute)}`;
  if (lang === 'ko') return `${hour < 12 ? '오전' : '오후'} ${numbers}`;
  return `${numbers} ${hour < 12 ? 'AM' : 'PM'}`;
}

/** "11월 28일" */
function monthDay(day: Day, lang: Lang): string {
  return lang === 'ko' ? `${day.month}월 ${day.day}일` : `${EN_MONTH[day.month - 1] ?? ''} ${day.day}`;
}

/** "11월 28일 (토)"; another year than now's is said. */
function dateOf(day: Day, lang: Lang, now: Instant): string {
  const year = day.year === seoul(now).year ? null : day.year;
  if (lang === 'ko')
    return `${year === null ? '' : `${year}년 `}${monthDay(day, lang)} (${KO_DAY[day.weekday]})`;
  return `${EN_DAY[day.weekday]}, ${monthDay(day, lang)}${year === null ? '' : `, ${year}`}`;
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
  const day = seoul(at);
  const ago = serial(seoul(now)) - serial(day);
  if (ago === 0) return lang === 'ko' ? '오늘' : 'Today';
  if (ago === 1) return lang === 'ko' ? '어제' : 'Yesterday';
  if (lang === 'ko') return `${day.year}년 ${monthDay(day, lang)} ${KO_DAY[day.weekday]}요일`;
  return `${EN_LONG[day.weekday]}, ${monthDay(day, lang)}, ${day.year}`;
}

/** "토요일 11월 28일" read out by the strip of days. */
export function dayName(day: string, lang: Lang): string {
  const parts = dayOf(day);
  if (lang === 'ko') return `${monthDay(parts, lang)} ${KO_DAY[parts.weekday]}요일`;
  return `${EN_LONG[parts.weekday]}, ${monthDay(parts, lang)}`;
}

export function weekday(day: Weekday, lang: Lang): string {
  return lang === 'ko' ? KO_DAY[day] : EN_DAY[day];
}

export function weekdayLong(day: Weekday, lang: Lang): string {
  return lang === 'ko' ? `${KO_DAY[day]}요일` : EN_LONG[day];
}

/** 방금 전 · n분 전 · n시간 전 (same day) · 어제 · n일 전 (≤ 6) · 11월 22일 · 2025.03.02 */
export function ago(at: Instant, lang: Lang, now: Instant): string {
  const then = seoul(at);
  const today = seoul(now);
  const passed = new Date(now).getTime() - new Date(at).getTime();
  const days = serial(today) - serial(then);
  const ko = lang === 'ko';
  if (passed < MINUTE) return ko ? '방금 전' : 'just now';
  if (passed < 60 * MINUTE) {
    const n = Math.floor(passed / MINUTE);
    return ko ? `${n}분 전` : `${n} min ago`;
  }
  if (days === 0) {
    const n = Math.floor(passed / (60 * MINUTE));
    return ko ? `${n}시간 전` : `${n} h ago`;
  }
  if (days === 1) return ko ? '어제' : 'yesterday';
  if (days <= 6) return ko ? `${days}일 전` : `${days} days ago`;
  if (then.year === today.year) return monthDay(then, lang);
  return dotted(then);
}

/** In a timeline or a list of conversations: today's time, 어제, then the date. */
export function stamp(at: Instant, lang: Lang, now: Instant): string {
  const then = seoul(at);
  const days = serial(seoul(now)) - serial(then);
  if (days === 0) return clock(at, lang);
  if (days === 1) return lang === 'ko' ? '어제' : 'Yesterday';
  return shortDate(at, lang, now);
}

/** "오늘 오후 7:00" · "내일 오전 10:00" · "11월 28일 (토) 오전 10:00" */
export function soon(at: Instant, lang: Lang, now: Instant): string {
  const ahead = serial(seoul(at)) - serial(seoul(now));
  const time = clock(at, lang);
  if (lang === 'ko') {
    if (ahead === 0) return `오늘 ${time}`;
    if (ahead === 1) return `내일 ${time}`;
    return `${date(at, lang, now)} ${time}`;
  }
  if (ahead === 0) return `today, ${time}`;
  if (ahead === 1) return `tomorrow, ${time}`;
  return `${date(at, lang, now)}, ${time}`;
}

/** "11월 28일 (토) 오전 10:00부터 90분"; where the device lives elsewhere, "(한국 시간)" is added. */
export function span(at: Instant, minutes: number, lang: Lang, now: Instant, zone?: string): string {
  const note = zoneNote(lang, zone);
  if (lang === 'ko')
    return `${date(at, lang, now)} ${clock(at, lang)}부터 ${minutesWords(minutes, lang)}${note}`;
  return `${date(at, lang, now)}, ${clock(at, lang)} for ${minutesWords(minutes, lang)}${note}`;
}

/** " (한국 시간)" unless the device's zone is Seoul. */
export function zoneNote(lang: Lang, zone = new Intl.DateTimeFormat().resolvedOptions().timeZone): string {
  if (zone === 'Asia/Seoul' || zone === 'ROK') return '';
  return lang === 'ko' ? ' (한국 시간)' : ' (Korean time)';
}

/** "90분" */
export function minutesWords(minutes: number, lang: Lang): string {
  return lang === 'ko' ? `${minutes}분` : `${minutes} min`;
}

/** 1900 minutes → {hours: 31, minutes: 40}, for the one big number. */
export function hoursAndMinutes(total: number): { hours: number; minutes: number } {
  return { hours: Math.floor(total / 60), minutes: total % 60 };
}

/** "31시간 40분", without the part that is zero. */
export function hoursWords(total: number, lang: Lang): string {
  const { hours, minutes } = hoursAndMinutes(total);
  const words = lang === 'ko' ? [`${hours}시간`, `${minutes}분`] : [`${hours} h`, `${minutes} min`];
  if (hours === 0) return words[1] ?? '';
  if (minutes === 0) return words[0] ?? '';
  return words.join(' ');
}
