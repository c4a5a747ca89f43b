import { beforeAll, describe, expect, test } from 'vitest';
import { i18n, startI18n } from '#/shared/i18n/i18n.ts';
import { distanceWords } from './distance.ts';
import { withJosa } from './josa.ts';
import { bandOf, startsOf, timesSentence } from './weekTimes.ts';

beforeAll(async () => {
  await startI18n('ko');
  await i18n.loadLanguages('en');
});

describe('possible times', () => {
  test('days with the same bands are told together', () => {
    expect(timesSentence(['thu-evening', 'tue-evening', 'sat-morning'], 'ko')).toBe('화·목 저녁, 토 오전');
    expect(timesSentence(['tue-evening', 'thu-evening', 'sat-morning'], 'en')).toBe(
      'Tue, Thu evenings, Sat mornings',
    );
  });
  test('as people say them', () => {
    expect(timesSentence(['sat-morning', 'sun-morning'], 'ko')).toBe('주말 오전');
    expect(timesSentence(['sat-morning', 'sun-morning'], 'en')).toBe('Weekend mornings');
    expect(
      timesSentence(['mon-evening', 'tue-evening', 'wed-evening', 'thu-evening', 'fri-evening'], 'ko'),
    ).toBe('평일 저녁');
    expect(timesSentence(['sat-morning', 'sat-afternoon', 'sat-evening'], 'ko')).toBe('토 온종일');
    expect(timesSentence([], 'ko')).toBe('시간은 이야기해서 정해요');
  });
  test('bands hold their half hours', () => {
    expect(startsOf('evening')).toEqual(['18:00', '18:30', '19:00', '19:30', '20:00', '20:30']);
    expect(bandOf('2026-11-22T10:00:00Z')).toBe('evening');
    expect(bandOf('2026-11-22T12:00:00Z')).toBeNull();
  });
});

describe('distance', () => {
  const place = { name: '성산동', short: '서울 마포구' };
  test.each([
    [0.2, '성산동 · 약 1 km'],
    [1.4, '성산동 · 약 1 km'],
    [9.6, '성산동 · 약 10 km'],
    [12.4, '성산동 · 약 10 km'],
    [12.6, '성산동 · 약 15 km'],
    [49, '서울 마포구'],
    [120, '서울 마포구'],
  ])('%d km', (km, words) => {
    expect(distanceWords(place, km, false, 'ko')).toBe(words);
  });
  test('the same 동, and none', () => {
    expect(distanceWords(place, 0, true, 'ko')).toBe('우리 동네');
    expect(distanceWords(place, null, false, 'ko')).toBe('성산동');
  });
});

test('particles only after Hangul', () => {
  expect(withJosa('망원동', '은/는')).toBe('망원동은');
  expect(() => withJosa('3', '을/를')).toThrow();
  expect(() => withJosa('Excel', '을/를')).toThrow();
});
