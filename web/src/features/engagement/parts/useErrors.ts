import { useEffect, useMemo, useState } from 'react';
import { Problem } from '#/api/problem/problem.ts';
import { fieldTexts } from '#/api/problem/problemText.ts';
import { lacking, type TermsDraft } from '../terms.ts';

/**
 * Refused terms: what is lacking by our own look (from the first press on, and gone as soon as it is mended), or by
 * the server's answer. At a press the first of them takes the focus, so that nobody searches for it.
 */
export function useErrors(refused: unknown, draft: TermsDraft, now: Date) {
  const [presses, setPresses] = useState(0);
  const errors = useMemo(() => {
    const own = presses === 0 ? [] : lacking(draft, now);
    return fieldTexts(
      own.length === 0 ? refused : new Problem(422, 'request.invalid', own, undefined, undefined),
    );
  }, [presses, draft, now, refused]);

  useEffect(() => {
    const first =
      document.querySelector<HTMLElement>('main [aria-invalid="true"]') ??
      document.querySelector<HTMLElement>('main [data-error="true"] :is(input, button)');
    first?.focus({ preventScroll: true });
    first?.scrollIntoView({ block: 'center' });
  }, [presses, refused]);

  return {
    errors,
    /** May it be sent? Says what is lacking otherwise. */
    check: (): boolean => {
      setPresses((before) => before + 1);
      return lacking(draft, new Date()).length === 0;
    },
  };
}
