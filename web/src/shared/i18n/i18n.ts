import i18next, { type ReadCallback } from 'i18next';
import { initReactI18next } from 'react-i18next';

type Messages = Record<string, string>;

/** Two files for each language, not one for each feature: a request costs more than the words in it. */
const FILES: Record<string, readonly (() => Promise<{ texts: Record<string, Messages> }>)[]> = {
  ko: [() => import('./texts/ko.first.ts'), () => import('./texts/ko.more.ts')],
  en: [() => import('./texts/en.first.ts'), () => import('./texts/en.more.ts')],
};

/** As `import.meta.glob` names the file. */
function place(lang: string, ns: string): string {
  if (ns === 'common') return `../locales/${lang}.json`;
  if (ns === 'problems') return `../../../api/locales/problems.${lang}.json`;
  return `../../../features/${ns}/locales/${lang}.json`;
}

async function read(lang: string, ns: string): Promise<Messages> {
  for (const load of FILES[lang] ?? []) {
    const found = (await load()).texts[place(lang, ns)];
    if (found !== undefined) return found;
  }
  throw new Error(`no texts ${ns} in ${lang}`);
}

const lazyFiles = {
  type: 'backend' as const,
  init() {},
  read(lang: string, ns: string, done: ReadCallback) {
    read(lang, ns).then(
      (messages) => done(null, messages),
      (cause: Error) => done(cause, null),
    );
  },
};

export const i18n = i18next;

/**
 * The words of refusals: fetched when the first screen stands, and waited for where one is thrown (`ok`), so that none
 * is shown without its sentence.
 */
export function loadProblemTexts(): Promise<void> {
  return i18next.loadNamespaces('problems');
}

/** Loads what every first screen needs; a feature's texts come with its screens (`lazyScreen`). */
export async function startI18n(lang: 'ko' | 'en'): Promise<void> {
  await i18next
    .use(lazyFiles)
    .use(initReactI18next)
    .init({
      lng: lang,
      supportedLngs: ['ko', 'en'],
      fallbackLng: false,
      ns: ['common'],
      defaultNS: 'common',
      // Keys are flat and may hold dots ("engagement.overlap"): one key, one line, easy to find.
      keySeparator: false,
      interpolation: { escapeValue: false },
      react: { useSuspense: true },
    });
}
