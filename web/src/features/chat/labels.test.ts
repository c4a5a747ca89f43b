import { expect, test } from 'vitest';
import en from './locales/en.json';
import ko from './locales/ko.json';
import { keyOf } from './labels.ts';

const rust = import.meta.glob<string>('../../../../services/chat/src/conversation/on_core.rs', {
  eager: true,
  query: '?raw',
  import: 'default',
});

/** The keys of the messages that chat leaves; its own table is the only list of them. */
function systemKeys(): string[] {
  const source = Object.values(rust)[0] ?? '';
  const table = source.slice(source.indexOf('pub const SYSTEM_KEYS'));
  return [...table.slice(0, table.indexOf('];')).matchAll(/Some\("([\w.]+)"\)/g)].map(
    (match) => match[1] ?? '',
  );
}

test('each message of the server has its words in both languages, whatever it carries', () => {
  const keys = systemKeys();
  expect(keys.length).toBeGreaterThan(10);
  const params = [
    {},
    { reason_code: 'time' },
    { reason_code: 'need_filled' },
    { reason_code: 'need_closed' },
    { acknowledged: true },
    { acknowledged: false },
  ];
  for (const key of keys)
    for (const listing of ['talent', 'need'] as const)
      for (const byPerson of [true, false])
        for (const carried of params) {
          const text = keyOf({ key, actor_id: null, params: carried }, listing, byPerson);
          expect(ko).toHaveProperty([text]);
          expect(en).toHaveProperty([text]);
        }
});

test('no sentence without a subject: an act without an actor names no one', () => {
  const actorless = keyOf({ key: 'engagement.declined', actor_id: null, params: {} }, 'need', false);
  for (const texts of [ko, en] as Record<string, string>[]) {
    expect(texts[actorless]).not.toContain('{{subject}}');
    expect(texts['line.engagement.scheduled.itself']).not.toContain('{{subject}}');
  }
});
