import { useEffect, useMemo, useState } from 'react';
import { Problem } from '#/api/problem/problem.ts';
import { fieldTexts } from '#/api/problem/problemText.ts';
import { lacking, type ListingDraft } from '../draft.ts';

/**
 * Refused fields: what is lacking by our own look, or by the server's answer. The first of them takes the focus, so
 * that nobody searches for it.
 */
export function useErrors(refused: unknown) {
  const [found, setFound] = useState<Problem | null>(null);
  const error = found ?? refused;
  const errors = useMemo(() => fieldTexts(error), [error]);

  useEffect(() => {
    if (Object.keys(errors).length === 0) return;
    const first =
      document.querySelector<HTMLElement>('main [aria-invalid="true"]') ??
      document.querySelector<HTMLElement>('main [data-error="true"] :is(input, button)');
    first?.focus();
    first?.scrollIntoView({ block: 'center' });
  }, [errors]);

  return {
    errors,
    /** May it be sent? Says what is lacking otherwise. */
    check: (draft: ListingDraft): boolean => {
      const problems = lacking(draft);
      setFound(
        problems.length === 0 ? null : new Problem(422, 'request.invalid', problems, undefined, undefined),
      );
      return problems.length === 0;
    },
  };
}
