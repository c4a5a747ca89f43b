import { expect, test } from 'vitest';
import { letters } from './letters.ts';

test.each([
  ['통기타', 3],
  ['통기타'.normalize('NFD'), 3],
  [' \u3000통기타\n', 3],
  // What is pasted without knowing does not count; what is not seen at all is nothing.
  ['\ufeff통\u200b기\u00ad타\u202e\u2060', 3],
  ['\u200b\ufeff', 0],
  ['\u2800 \u2800', 0],
  // As the server: code points.
  ['👩‍👧', 3],
  ['❤️', 2],
  ['می\u200cخواهم', 8],
])('%j has %i', (text, count) => {
  expect(letters(text)).toBe(count);
});
