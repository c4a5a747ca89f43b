import { expect, test } from 'vitest';
import { NoAnswer, Problem, isDefinite, toProblem } from './problem.ts';

test('a problem document', () => {
  const response = new Response(null, { status: 422, headers: { 'retry-after': '7' } });
  const problem = toProblem(response, {
    code: 'talent.title',
    errors: [{ pointer: '/title', code: 'text.too_long', params: { max: 60 } }, 'nonsense'],
    request_id: '0193-7f3a',
  });
  expect(problem).toMatchObject({ status: 422, code: 'talent.title', requestId: '0193-7f3a', retryAfter: 7 });
  expect(problem.errors).toEqual([{ pointer: '/title', code: 'text.too_long', params: { max: 60 } }]);
});

test("a balancer's page", () => {
  expect(toProblem(new Response('<html>', { status: 502 }), '<html>')).toMatchObject({
    code: 'http.502',
    errors: [],
  });
});

test('what leaves the outcome open', () => {
  const problem = (status: number, code = 'x') => new Problem(status, code, [], undefined, undefined);
  expect(isDefinite(problem(409))).toBe(true);
  expect(isDefinite(problem(429))).toBe(true);
  expect(isDefinite(problem(503))).toBe(false);
  expect(isDefinite(problem(409, 'idempotency.in_progress'))).toBe(false);
  expect(isDefinite(new NoAnswer())).toBe(false);
});
