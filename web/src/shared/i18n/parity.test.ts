import { describe, expect, test } from 'vitest';

type Messages = Record<string, string>;

const files = import.meta.glob<Messages>(
  ['./locales/*.json', '../../features/*/locales/*.json', '../../api/locales/*.json'],
  { eager: true, import: 'default' },
);
const pairs = Object.keys(files)
  .filter((path) => path.endsWith('ko.json'))
  .map((path) => [path, path.replace(/ko\.json$/, 'en.json')] as const);

/** Korean has one plural form, English two: the key without its form is what must be in both. */
const bare = (key: string) => key.replace(/_(one|other)$/, '');
const holes = (text: string) => [...text.matchAll(/\{\{-?\s*([\w.]+)/g)].map((match) => match[1]).sort();

describe.each(pairs)('%s', (koPath, enPath) => {
  const ko = files[koPath] ?? {};
  const en = files[enPath] ?? {};

  test('both languages have the same keys', () => {
    expect([...new Set(Object.keys(en).map(bare))].sort()).toEqual(
      [...new Set(Object.keys(ko).map(bare))].sort(),
    );
  });

  test('both languages fill the same holes', () => {
    const byBare = new Map(Object.entries(ko).map(([key, text]) => [bare(key), text]));
    for (const [key, text] of Object.entries(en)) {
      // "one" may leave the number out.
      if (key.endsWith('_one')) continue;
      expect([key, holes(text)]).toEqual([key, holes(byBare.get(bare(key)) ?? '')]);
    }
  });

  test('nothing is empty, English has both plural forms, Korean only one', () => {
    for (const [key, text] of [...Object.entries(ko), ...Object.entries(en)])
      expect([key, text.trim()]).not.toEqual([key, '']);
    for (const key of Object.keys(en)) {
      if (key.endsWith('_one')) expect(en).toHaveProperty([key.replace(/_one$/, '_other')]);
    }
    expect(Object.keys(ko).filter((key) => key.endsWith('_one'))).toEqual([]);
  });

  test('nobody is blamed and no machine speaks', () => {
    for (const [key, text] of Object.entries(ko)) {
      expect([key, /오류|에러|실패|잘못된|유효하지|하십시오|습니다\.?$/.test(text)]).toEqual([key, false]);
    }
  });
});
