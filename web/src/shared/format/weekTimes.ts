import { labels } from './label.ts';
import { WEEKDAYS, type Lang, type Weekday, seoulTime, weekday } from './time.ts';

export { WEEKDAYS };
export type Band = 'morning' | 'afternoon' | 'evening';
export type TimeSlot = `${Weekday}-${Band}`;

export const BANDS: readonly Band[] = ['morning', 'afternoon', 'evening'];

/** 오전 9–12 · 오후 12–6 · 저녁 6–9, in Seoul. */
export const BAND_HOURS: Record<Band, { from: number; to: number }> = {
  morning: { from: 9, to: 12 },
  afternoon: { from: 12, to: 18 },
  evening: { from: 18, to: 21 },
};

export function timeSlot(day: Weekday, band: Band): TimeSlot {
  return `${day}-${band}`;
}

export function bandName(band: Band, lang: Lang): string {
  return labels(lang)(`band.${band}`);
}

/** In a narrow column, where the sentence beside it spells the whole word. */
export function bandShort(band: Band, lang: Lang): string {
  return labels(lang)(`band.short.${band}`);
}

/** "9–12시" */
export function bandHours(band: Band, lang: Lang): string {
  const { from, to } = BAND_HOURS[band];
  const twelve = (hour: number) => (hour > 12 ? hour - 12 : hour);
  return labels(lang)('band.hours', { from: twelve(from), to: twelve(to) });
}

export function bandOf(at: Date | string): Band | null {
  const hour = Number(seoulTime(at).slice(0, 2));
  return BANDS.find((band) => hour >= BAND_HOURS[band].from && hour < BAND_HOURS[band].to) ?? null;
}

/** The half hours of a band at which something can start: ["18:00", "18:30", …]. */
export function startsOf(band: Band): string[] {
  const { from, to } = BAND_HOURS[band];
  return Array.from({ length: (to - from) * 2 }, (_, index) => {
    const hour = from + Math.floor(index / 2);
    return `${String(hour).padStart(2, '0')}:${index % 2 === 0 ? '00' : '30'}`;
  });
}

/**
 * "화·목 저녁, 토 오전": days with the same bands are told together, in the week's order.
 * All days of a kind are said as people say them: 매일, 평일, 주말.
 */
export function timesSentence(times: readonly TimeSlot[], lang: Lang): string {
  const t = labels(lang);
  if (times.length === 0) return t('times.open');
  const groups: { days: Weekday[]; bands: Band[] }[] = [];
  for (const day of WEEKDAYS) {
    const bands = BANDS.filter((band) => times.includes(timeSlot(day, band)));
    if (bands.length === 0) continue;
    const same = groups.find((group) => group.bands.join() === bands.join());
    if (same === undefined) groups.push({ days: [day], bands });
    else same.days.push(day);
  }
  return groups
    .map(({ days, bands }) => {
      const when = bands.length === BANDS.length ? t('band.all') : bandsWords(bands, lang);
      return `${daysWords(days, lang, bands.length < BANDS.length)} ${when}`;
    })
    .join(', ');
}

function bandsWords(bands: readonly Band[], lang: Lang): string {
  const t = labels(lang);
  return bands.map((band) => t(`band.many.${band}`)).join(t('band.and'));
}

function daysWords(days: readonly Weekday[], lang: Lang, beforeBand: boolean): string {
  const t = labels(lang);
  const key = days.join();
  if (days.length === 7) return t('times.daily');
  if (key === 'mon,tue,wed,thu,fri') return t(beforeBand ? 'times.weekday' : 'times.weekdays');
  if (key === 'sat,sun') return t(beforeBand ? 'times.weekend' : 'times.weekends');
  return days.map((day) => weekday(day, lang)).join(t('times.and'));
}
