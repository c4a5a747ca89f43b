import { useTranslation } from 'react-i18next';
import type { Terms } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import type { DiffLine } from '#/shared/ui/Diff.tsx';
import { changed, TERM_NAMES, type TermName } from '../terms.ts';

type Sayable = Omit<Terms, 'version' | 'ends_at' | 'bring'> & { bring?: string };

/** Terms in words, one line each. */
export function useTermLabels(now: Date) {
  const { t } = useTranslation(['engagement', 'common']);
  const format = useFormat();

  function value(terms: Sayable, name: TermName): string {
    switch (name) {
      case 'day':
        return format.date(terms.starts_at, now);
      case 'time':
        return format.clock(terms.starts_at) + format.zoneNote();
      case 'minutes':
        return format.minutes(terms.minutes);
      case 'mode':
        return t(`common:mode.${terms.mode}`);
      case 'place':
        return terms.place === '' ? t('term.placeOpen') : terms.place;
      case 'bring':
        return terms.bring === undefined || terms.bring === '' ? t('term.bringNone') : terms.bring;
    }
  }

  const nameOf = (terms: Sayable, name: TermName): string =>
    t(name === 'place' && terms.mode === 'online' ? 'term.placeOnline' : `term.${name}`);

  return {
    /** "11월 28일 (토) 오전 10:00부터 90분, 망원동" */
    sentence: (terms: Sayable, region: string | null): string => {
      const where =
        terms.mode === 'online' ? t('common:mode.online') : terms.place === '' ? region : terms.place;
      const when = format.span(terms.starts_at, terms.minutes, now);
      return where === null || where === '' ? when : `${when}, ${where}`;
    },
    lines: (terms: Sayable, names: readonly TermName[] = TERM_NAMES) =>
      names.map((name) => ({ name: nameOf(terms, name), value: value(terms, name) })),
    diff: (
      before: Omit<Terms, 'version' | 'ends_at'>,
      after: Omit<Terms, 'version' | 'ends_at'>,
    ): DiffLine[] => {
      const different = changed(before, after);
      return TERM_NAMES.map((name) => ({
        name: nameOf(after, name),
        before: value(before, name),
        now: value(after, name),
        changed: different.includes(name),
      }));
    },
  };
}
