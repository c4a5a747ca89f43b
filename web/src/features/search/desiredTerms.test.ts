import { expect, it } from 'vitest';
import {
  apiQuery,
  isNarrowed,
  NOTHING,
  readDesiredTerms,
  searchPath,
  wider,
  desiredTermsParams,
} from './desiredTerms.ts';

it('survives the address bar', () => {
  const desired = {
    kind: 'need',
    q: '기타 ㄱㅌ',
    region: '1144012300',
    reach: '10',
    mode: 'online',
    weekday: 'tue',
    category: 'music',
    sort: 'near',
  } as const;
  expect(readDesiredTerms(new URLSearchParams(desiredTermsParams(desired).toString()))).toEqual(desired);
});

it('passes over what is no desired', () => {
  const odd = new URLSearchParams(
    'kind=x&reach=7&mode=either&weekday=day&category=war&sort=up&region=망원동',
  );
  expect(readDesiredTerms(odd)).toEqual(NOTHING);
  expect(searchPath()).toBe('/search');
});

it('sends a reach only with a place to start from', () => {
  expect(apiQuery({ ...NOTHING, reach: '10' }, null)).toEqual({ sort: 'recommended' });
  expect(apiQuery({ ...NOTHING, q: ' 첼로 ' }, '1144012300')).toEqual({
    sort: 'recommended',
    q: '첼로',
    region: '1144012300',
  });
});

it('knows the next wider reach', () => {
  expect([wider(3), wider(5), wider(40), wider(null)]).toEqual(['5', '10', 'all', null]);
});

it('does not count the place as narrowing', () => {
  expect(isNarrowed({ ...NOTHING, reach: '3', region: '1144012300' })).toBe(false);
  expect(isNarrowed({ ...NOTHING, weekday: 'sun' })).toBe(true);
});
