import { useTranslation } from 'react-i18next';
import type { Lang } from '#/shared/format/time.ts';
import { i18n } from './i18n.ts';

const LANG = 'dojob.lang';
const THEME = 'dojob.theme';

export type Theme = 'system' | 'light' | 'dark';

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage may be forbidden: the choice then lasts as long as the page.
  }
}

/** Korean unless the person chose English here. The browser's language does not choose: 동 names are Korean. */
export function storedLang(): Lang {
  return read(LANG) === 'en' ? 'en' : 'ko';
}

export function currentLang(): Lang {
  return i18n.language === 'en' ? 'en' : 'ko';
}

export async function setLang(lang: Lang): Promise<void> {
  write(LANG, lang);
  await i18n.changeLanguage(lang);
  document.documentElement.lang = lang;
}

export function useLang(): Lang {
  const { i18n: own } = useTranslation();
  return own.language === 'en' ? 'en' : 'ko';
}

export function storedTheme(): Theme {
  const theme = read(THEME);
  return theme === 'light' || theme === 'dark' ? theme : 'system';
}

export function setTheme(theme: Theme): void {
  write(THEME, theme === 'system' ? null : theme);
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}
