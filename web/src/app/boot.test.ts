/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { routes } from './routes.tsx';
import { TABS } from './tabs.ts';

const boot = readFileSync(new URL('../../public/boot.js', import.meta.url), 'utf8');

/** What boot.js writes on <html> at this address. */
function dressed(pathname: string, stored: Record<string, string> = {}): Record<string, string | undefined> {
  const root: { lang: string; dataset: Record<string, string> } = { lang: 'ko', dataset: {} };
  const storage = { getItem: (key: string) => stored[key] ?? null };
  new Function('document', 'location', 'localStorage', boot)(
    { documentElement: root },
    { pathname },
    storage,
  );
  return { lang: root.lang, ...root.dataset };
}

test('the first paint lights the tab whose first page it is, and no other page has tabs', () => {
  for (const { tab, to } of TABS) expect(dressed(to)).toEqual({ lang: 'ko', at: tab });
  expect(dressed('/talents/1')).toEqual({ lang: 'ko' });
  const withTabs = routes
    .flatMap((shell) => shell.children?.flatMap((frame) => frame.children ?? []) ?? [])
    .filter(({ handle }) => (handle as { tabs?: boolean } | undefined)?.tabs === true);
  expect(withTabs.map(({ path }) => path).sort()).toEqual(TABS.map(({ to }) => to).sort());
});

test('language, theme and "was here as a member" are what this browser remembers', () => {
  const stored = { 'dojob.lang': 'en', 'dojob.theme': 'dark', 'dojob.member': '1' };
  expect(dressed('/', stored)).toEqual({ lang: 'en', at: 'home', theme: 'dark', member: '' });
});
