import { beforeAll, describe, expect, test } from 'vitest';
import { i18n, startI18n } from '#/shared/i18n/i18n.ts';
import * as time from './time.ts';

beforeAll(async () => {
  await startI18n('ko');
  await i18n.loadLanguages('en');
});

// Sunday, 22 November 2026, 15:05 in Seoul.
const now = '2026-11-22T06:05:00Z';

describe('clock', () => {
  test.each([
    ['2026-11-22T06:05:00Z', '오후 3:05', '3:05 PM'],
    ['2026-11-21T15:00:00Z', '오전 12:00', '12:00 AM'],
    ['2026-11-22T03:00:00Z', '오후 12:00', '12:00 PM'],
    ['2026-11-22T01:00:00Z', '오전 10:00', '10:00 AM'],
  ])('%s', (at, ko, en) => {
    expect(time.clock(at, 'ko')).toBe(ko);
    expect(time.clock(at, 'en')).toBe(en);
  });
});

describe('ago', () => {
  test.each([
    ['2026-11-22T06:04:30Z', '방금 전'],
    ['2026-11-22T06:04:00Z', '1분 전'],
    ['2026-11-22T05:06:00Z', '59분 전'],
    ['2026-11-22T05:05:00Z', '1시간 전'],
    ['2026-11-21T15:00:00Z', '15시간 전'],
    ['2026-11-21T14:59:00Z', '어제'],
    ['2026-11-20T06:05:00Z', '2일 전'],
    ['2026-11-16T06:05:00Z', '6일 전'],
    ['2026-11-15T06:05:00Z', '11월 15일'],
    ['2025-03-02T03:00:00Z', '2025.03.02'],
  ])('%s is %s', (at, words) => {
    expect(time.ago(at, 'ko', now)).toBe(words);
  });

  test('a few minutes over midnight stay minutes', () => {
    expect(time.ago('2026-11-21T14:58:00Z', 'ko', '2026-11-21T15:05:00Z')).toBe('7분 전');
  });

  test('a clock that runs ahead is no future', () => {
    expect(time.ago('2026-11-22T06:05:20Z', 'ko', now)).toBe('방금 전');
  });
});

describe('appointments', () => {
  test('the last line before the button', () => {
    expect(time.span('2026-11-28T01:00:00Z', 90, 'ko', now, 'Asia/Seoul')).toBe(
      '11월 28일 (토) 오전 10:00부터 90분',
    );
    expect(time.span('2026-11-28T01:00:00Z', 90, 'ko', now, 'America/New_York')).toBe(
      '11월 28일 (토) 오전 10:00부터 90분 (한국 시간)',
    );
    expect(time.span('2026-11-28T01:00:00Z', 90, 'en', now, 'UTC')).toBe(
      'Sat, Nov 28, 10:00 AM for 90 min (Korean time)',
    );
  });

  test('today, tomorrow, later, next year', () => {
    expect(time.soon('2026-11-22T10:00:00Z', 'ko', now)).toBe('오늘 오후 7:00');
    expect(time.soon('2026-11-23T01:00:00Z', 'ko', now)).toBe('내일 오전 10:00');
    expect(time.soon('2026-11-28T01:00:00Z', 'ko', now)).toBe('11월 28일 (토) 오전 10:00');
    expect(time.soon('2027-01-02T01:00:00Z', 'ko', now)).toBe('2027년 1월 2일 (토) 오전 10:00');
  });

  test('day dividers', () => {
    expect(time.dayDivider('2026-11-22T01:00:00Z', 'ko', now)).toBe('오늘');
    expect(time.dayDivider('2026-11-15T01:00:00Z', 'ko', now)).toBe('2026년 11월 15일 일요일');
  });
});

describe('days in Seoul', () => {
  test('a day and a time become the instant, whatever the device believes', () => {
    expect(time.fromSeoul('2026-11-28', '10:00')).toBe('2026-11-28T01:00:00Z');
    expect(time.fromSeoul('2026-11-28', '08:30')).toBe('2026-11-27T23:30:00Z');
    expect(time.seoulDay('2026-11-27T23:30:00Z')).toBe('2026-11-28');
    expect(time.seoulTime('2026-11-27T23:30:00Z')).toBe('08:30');
  });

  test('fourteen days start today in Seoul', () => {
    const days = time.fourteenDays('2026-12-30T15:30:00Z');
    expect(days).toHaveLength(14);
    expect(days[0]).toBe('2026-12-31');
    expect(days[1]).toBe('2027-01-01');
    expect(time.dayOf('2026-11-28').weekday).toBe('sat');
  });
});

test('minutes', () => {
  expect(time.minutesWords(90, 'ko')).toBe('90분');
  expect(time.hoursWords(1900, 'ko')).toBe('31시간 40분');
  expect(time.hoursWords(540, 'ko')).toBe('9시간');
  expect(time.hoursWords(45, 'en')).toBe('45 min');
  expect(time.hoursWords(0, 'ko')).toBe('0분');
});
