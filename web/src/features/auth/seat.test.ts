import { expect, it } from 'vitest';
import { otherSeat } from './seat.ts';

it('is the other loopback name with the same port', () => {
  expect(otherSeat(new URL('http://localhost:8080/x'), '/login')).toBe('http://127.0.0.1:8080/login');
  expect(otherSeat(new URL('http://127.0.0.1/x'), '/')).toBe('http://localhost/');
  expect(otherSeat(new URL('https://dojob.example/'), '/')).toBeNull();
});
