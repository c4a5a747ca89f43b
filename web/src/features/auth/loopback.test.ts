import { expect, it } from 'vitest';
import { otherLoopback } from './loopback.ts';

it('is the other loopback name with the same port', () => {
  expect(otherLoopback(new URL('http://localhost:8080/x'), '/login')).toBe('http://127.0.0.1:8080/login');
  expect(otherLoopback(new URL('http://127.0.0.1/x'), '/')).toBe('http://localhost/');
  expect(otherLoopback(new URL('https://dojob.example/'), '/')).toBeNull();
});
