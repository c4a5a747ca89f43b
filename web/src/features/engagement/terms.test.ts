import { describe, expect, it } from 'vitest';
import type { Terms } from '#/api/types.ts';
import {
  bandsOn,
  changed,
  clashOf,
  draftOf,
  fits,
  lacking,
  newDraft,
  startOf,
  startsOn,
  termsOf,
  type About,
  type TermsDraft,
} from './terms.ts';

// Monday, 09:00 in Seoul.
const NOW = new Date('2026-11-23T00:00:00Z');
const ABOUT: About = {
  minutes: 60,
  mode: 'either',
  times: ['mon-morning', 'thu-evening', 'sat-morning', 'sat-afternoon'],
  bring: '수건',
};
const TERMS: Terms = {
  version: 1,
  starts_at: '2026-11-28T01:00:00Z',
  ends_at: '2026-11-28T02:30:00Z',
  minutes: 90,
  mode: 'in_person',
  place: '망원동',
  bring: '',
};

describe('times', () => {
  it('finds the bands of a day by its weekday in Seoul', () => {
    expect(bandsOn(ABOUT.times, '2026-11-28')).toEqual(['morning', 'afternoon']);
    expect(bandsOn(ABOUT.times, '2026-11-27')).toEqual([]);
  });

  it('offers nothing that starts within three hours', () => {
    expect(startsOn('2026-11-23', 'morning', NOW)).toEqual([]);
    expect(startsOn('2026-11-23', 'afternoon', NOW)[0]).toBe('12:00');
    expect(fits(ABOUT.times, '2026-11-23', NOW)).toBe(false);
    expect(fits(ABOUT.times, '2026-11-26', NOW)).toBe(true);
  });

  it('opens the first day that fits and leaves the time to the person', () => {
    const draft = newDraft(ABOUT, NOW);
    expect([draft.day, draft.time, draft.minutes, draft.mode, draft.bring]).toEqual([
      '2026-11-26',
      null,
      '60',
      'in_person',
      '수건',
    ]);
    expect(newDraft({ ...ABOUT, times: [] }, NOW).day).toBeNull();
  });
});

describe('a draft', () => {
  const draft = draftOf(TERMS);
  const codes = (part: Partial<TermsDraft>, now = NOW) =>
    lacking({ ...draft, ...part }, now).map(({ pointer, code }) => `${pointer} ${code}`);

  it('is the terms it was made from', () => {
    expect([draft.day, draft.time]).toEqual(['2026-11-28', '10:00']);
    expect(termsOf(draft)).toEqual({
      starts_at: '2026-11-28T01:00:00Z',
      minutes: 90,
      mode: 'in_person',
      place: '망원동',
      bring: '',
    });
    expect(codes({})).toEqual([]);
  });

  it('reports what is missing before the server does', () => {
    expect(codes({ time: null })).toEqual(['/terms/starts_at starts_at.missing']);
    expect(codes({ day: null })).toEqual(['/terms/starts_at starts_at.missing']);
    expect(codes({ time: '10:10' })).toEqual(['/terms/starts_at starts_at.quarter']);
    expect(codes({}, new Date('2026-11-27T22:00:01Z'))).toEqual(['/terms/starts_at starts_at.too_soon']);
    expect(codes({}, new Date('2026-11-27T22:00:00Z'))).toEqual([]);
    expect(codes({}, new Date('2026-05-01T00:00:00Z'))).toEqual(['/terms/starts_at starts_at.too_far']);
    for (const minutes of ['', '14', '481'])
      expect(codes({ minutes })).toEqual(['/terms/minutes minutes.out_of_range']);
    expect(codes({ place: '가'.repeat(81), bring: '가'.repeat(201), words: '가'.repeat(2001) })).toEqual([
      '/terms/place text.too_long',
      '/terms/bring text.too_long',
      '/words text.too_long',
    ]);
  });

  it('has no start while one half of it is open', () => {
    expect(startOf({ ...draft, time: '' })).toBeNull();
    expect(startOf({ ...draft, day: null })).toBeNull();
  });
});

describe('my own plans', () => {
  const busy = [{ engagement_id: 'a', starts_at: '2026-11-28T02:00:00Z', ends_at: '2026-11-28T03:00:00Z' }];

  it('collide when they share a minute, and only then', () => {
    expect(clashOf('2026-11-28T01:00:00Z', 60, busy)).toBeUndefined();
    expect(clashOf('2026-11-28T01:00:00Z', 61, busy)?.engagement_id).toBe('a');
    expect(clashOf('2026-11-28T02:59:00Z', 15, busy)?.engagement_id).toBe('a');
    expect(clashOf('2026-11-28T03:00:00Z', 15, busy)).toBeUndefined();
  });

  it('never collide with themselves', () => {
    expect(clashOf('2026-11-28T02:00:00Z', 60, busy, 'a')).toBeUndefined();
  });
});

it('tells which terms a person would call changed', () => {
  expect(changed(TERMS, TERMS)).toEqual([]);
  expect(changed(TERMS, { ...TERMS, starts_at: '2026-11-28T02:00:00Z' })).toEqual(['time']);
  expect(changed(TERMS, { ...TERMS, starts_at: '2026-11-29T01:00:00Z', minutes: 60 })).toEqual([
    'day',
    'minutes',
  ]);
  // Past midnight in Seoul, though not in UTC.
  expect(changed(TERMS, { ...TERMS, starts_at: '2026-11-28T16:00:00Z' })).toEqual(['day', 'time']);
});
