import i18next, { type ReadCallback } from 'i18next';
import { initReactI18next } from 'react-i18next';

type Messages = Record<string, string>;

const features = import.meta.glob<{ default: Messages }>('../../features/*/locales/*.json');
const common = import.meta.glob<{ default: Messages }>('./locales/*.json');
const problems = import.meta.glob<{ default: Messages }>('../../api/locales/problems.*.json');

function loader(lang: string, ns: string): (() => Promise<{ default: Messages }>) | undefined {
  if (ns === 'common') return common[`./locales/${lang}.json`];
  if (ns === 'problems') return problems[`../../api/locales/problems.${lang}.json`];
  return features[`../../features/${ns}/locales/${lang}.json`];
}

const lazyFiles = {
  type: 'backend' as const,
  init() {},
  read(lang: string, ns: string, done: ReadCallback) {
    const load = loader(lang, ns);
    if (load === undefined) {
      done(new Error(`no texts ${ns} in ${lang}`), null);
      return;
    }
    load().then(
      (file) => done(null, file.default),
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
