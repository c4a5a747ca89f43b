import { beforeAll, expect, test } from 'vitest';
import { i18n, loadProblemTexts, startI18n } from '#/shared/i18n/i18n.ts';
import { Problem } from './problem.ts';
import { fieldTexts, problemText, refusalText } from './problemText.ts';

beforeAll(async () => {
  await startI18n('ko');
  await loadProblemTexts();
});

const forbidden = (reason: string, character: string) => ({
  code: 'text.forbidden_character',
  params: { character, class: reason },
});

test('a refused character is named, and each kind has a sentence of its own', async () => {
  // As `Forbidden::name` of crates/kernel/src/text has them.
  const kinds = [
    'control',
    'direction',
    'tag',
    'filler',
    'format',
    'private',
    'unassigned',
    'lone_mark',
    'mark_stack',
  ];
  for (const lang of ['ko', 'en']) {
    await i18n.changeLanguage(lang);
    await loadProblemTexts();
    const texts = kinds.map((kind) => refusalText(forbidden(kind, 'U+3164')));
    expect(new Set(texts).size).toBe(kinds.length);
    for (const text of texts) expect(text).toContain('U+3164');
    // A reason that a newer server may have.
    expect(refusalText(forbidden('odd', 'U+0041'))).toContain('U+0041');
  }
  await i18n.changeLanguage('ko');
});

test('each refused field has its sentence', () => {
  const errors = [
    { pointer: '/name', ...forbidden('filler', 'U+3164') },
    { pointer: '/bio', code: 'text.too_long', params: { max: 600 } },
    { pointer: '/email', code: 'email.local_part', params: {} },
    { pointer: '/odd', code: 'of.tomorrow', params: {} },
  ];
  expect(fieldTexts(new Problem(422, 'request.invalid', errors, undefined, undefined))).toEqual({
    '/name': '빈칸처럼 보이는 채움 문자(U+3164)가 들어 있어요. 지우거나 띄어쓰기로 바꿔 주세요.',
    '/bio': '조금 줄여 주세요. 600자까지 쓸 수 있어요.',
    '/email':
      '이메일의 @ 앞에는 영문자, 숫자, 기호만 쓸 수 있어요. 한글이나 비슷하게 생긴 다른 글자가 있는지 봐 주세요.',
    '/odd': '이 부분을 다시 확인해 주세요.',
  });
});

test('a spent budget says when it ends, and never too early', () => {
  const until = new Date(Date.now() + 3 * 86_400_000);
  until.setUTCHours(6, 19, 1);
  const spent = {
    pointer: '',
    code: 'budget.spent',
    params: { limit: 10, hours: 1, until: until.toISOString() },
  };
  const text = problemText(new Problem(429, 'proposal.too_many', [spent], undefined, 3600));
  expect(text).toContain('한 시간에 10번까지');
  expect(text).toContain('오후 3:20부터 다시');
});
