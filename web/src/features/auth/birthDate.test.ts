import { describe, expect, it } from 'vitest';
import { ageOn, readBirthDate } from './birthDate.ts';

// 23 November in London, 24 November in Seoul.
const now = '2026-11-23T15:00:00Z';

describe('readBirthDate', () => {
  it.each(['19900314', '1990.3.14', '1990-03-14', '1990. 3. 14.', '1990년 3월 14일', ' １９９００３１４ '])(
    'reads %s',
    (typed) => expect(readBirthDate(typed, now)).toBe('1990-03-14'),
  );
  it.each(['', '1990', '900314', '1990-02-30', '1990-13-01', '2026-11-25', '1890-01-01', '3/14/1990'])(
    'refuses %s',
    (typed) => expect(readBirthDate(typed, now)).toBeNull(),
  );
  it('takes a day of today', () => expect(readBirthDate('20261124', now)).toBe('2026-11-24'));
});

describe('ageOn', () => {
  it.each([
    ['2012-11-24', 14],
    ['2012-11-25', 13],
    ['2000-02-29', 26],
  ])('%s is %d', (born, age) => expect(ageOn(born, now)).toBe(age));
});
