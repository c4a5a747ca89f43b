import { expect, test } from 'vitest';
import { loginPath, safeNext } from './next.ts';

test.each([
  ['/talents/1/propose?sheet=x', '/talents/1/propose?sheet=x'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['/a\\b', '/'],
  ['/a\tb', '/'],
  ['https://evil.example', '/'],
  ['talents/1', '/'],
  ['', '/'],
  [null, '/'],
  ['/login?next=/login', '/'],
  ['/logins', '/logins'],
  ['/verify#token', '/'],
  ['/address/undo', '/'],
  ['/addresses', '/addresses'],
])('%s leads to %s', (next, safe) => {
  expect(safeNext(next)).toBe(safe);
});

test('the login path carries it', () => {
  expect(loginPath('/talents/1?sheet=a')).toBe('/login?next=%2Ftalents%2F1%3Fsheet%3Da');
  expect(loginPath('/')).toBe('/login');
});
