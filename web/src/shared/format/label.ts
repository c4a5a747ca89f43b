import type { TFunction } from 'i18next';
import { i18n } from '#/shared/i18n/i18n.ts';
import type { Lang } from './time.ts';

/** The texts that every format is made of: `common` of one language, which is loaded before the first screen. */
export function labels(lang: Lang): TFunction<'common'> {
  return i18n.getFixedT(lang, 'common');
}
