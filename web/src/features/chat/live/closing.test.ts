import { expect, test } from 'vitest';
import { afterClose } from './closing.ts';

test('a restarting server, a slow or silent client, a broken line: reconnect with growing, random waits', () => {
  for (const code of [1001, 1006, 3001, 3008, 3012]) {
    expect(afterClose(code, 0, 0)).toEqual({ act: 'again', wait: 250 });
    expect(afterClose(code, 0, 1)).toEqual({ act: 'again', wait: 500 });
    expect(afterClose(code, 3, 1)).toEqual({ act: 'again', wait: 4_000 });
    expect(afterClose(code, 400, 1)).toEqual({ act: 'again', wait: 30_000 });
  }
});

test('a token that is over is renewed at once, and not in a loop', () => {
  expect(afterClose(4401, 0, 1)).toEqual({ act: 'refresh', wait: 0 });
  expect(afterClose(4401, 2, 1)).toEqual({ act: 'refresh', wait: 2_000 });
});

test('a token that is never accepted ends the attempts', () => {
  expect(afterClose(3500, 0, 1).act).toBe('refresh');
  expect(afterClose(3500, 2, 1).act).toBe('rest');
  expect(afterClose(3501, 0, 1).act).toBe('rest');
});

test('too many: not before fifteen seconds', () => {
  expect(afterClose(3013, 0, 0)).toEqual({ act: 'again', wait: 15_000 });
});
