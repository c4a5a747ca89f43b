import { seoulDay, type Instant } from '#/shared/format/time.ts';

export const MIN_AGE = 14;
const OLDEST = 130;

/** 19900314, 1990.3.14, 1990-03-14, 1990년 3월 14일 → "1990-03-14"; `null` where no such day was. */
export function readBirthDate(typed: string, now: Instant): string | null {
  const text = typed.normalize('NFKC').trim();
  const parts =
    /^(\d{4})(\d{2})(\d{2})$/.exec(text) ??
    /^(\d{4})\s*[-./년\s]\s*(\d{1,2})\s*[-./월\s]\s*(\d{1,2})\s*[.일]?$/.exec(text);
  if (parts === null) return null;
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return null;
  const born = date.toISOString().slice(0, 10);
  if (born > seoulDay(now) || ageOn(born, now) > OLDEST) return null;
  return born;
}

/** Whole years by today's date in Seoul. */
export function ageOn(born: string, now: Instant): number {
  const today = seoulDay(now);
  const years = Number(today.slice(0, 4)) - Number(born.slice(0, 4));
  return today.slice(5) < born.slice(5) ? years - 1 : years;
}
