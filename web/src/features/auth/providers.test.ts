import { beforeEach, expect, test, vi } from 'vitest';
import { cameFrom, inApp, outside, refusedIn, returnTo } from './providers.ts';

const CHROME =
  'Mozilla/5.0 (Linux; Android 16; SM-S931N) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36';
const KAKAO =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 KAKAOTALK/25.9.0 (INAPP)';
const NAVER =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 NAVER(inapp; search; 1200; 12.1.0)';
const WEB_VIEW =
  'Mozilla/5.0 (Linux; Android 16; SM-S931N; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36';

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
});

test('the browser of another app is recognised', () => {
  expect(inApp(CHROME)).toBeNull();
  expect(inApp(KAKAO)).toBe('kakaotalk');
  expect(inApp(NAVER)).toBe('naver');
  expect(inApp(WEB_VIEW)).toBe('other');
});

test('Google alone refuses to be shown there', () => {
  expect(refusedIn('google', KAKAO)).toBe('kakaotalk');
  expect(refusedIn('google', CHROME)).toBeNull();
  for (const provider of ['kakao', 'naver', 'apple'] as const) expect(refusedIn(provider, KAKAO)).toBeNull();
  expect(outside('kakaotalk', 'https://dojob.example/login')).toBe(
    'kakaotalk://web/openExternal?url=https%3A%2F%2Fdojob.example%2Flogin',
  );
  expect(outside('naver', 'https://dojob.example/login')).toBeNull();
});

test('the server hears one of a few pages, and the tab remembers the very one', () => {
  expect(returnTo('/talents/0193/propose?at=1')).toBe('/');
  expect(cameFrom('/')).toBe('/talents/0193/propose?at=1');
  expect(cameFrom('/me'), 'once').toBe('/me');
  expect(returnTo('/engagements?box=past')).toBe('/engagements');
});
