import { useTranslation } from 'react-i18next';
import { isProblem } from '#/api/problem/problem.ts';
import { problemText } from '#/api/problem/problemText.ts';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { ErrorState } from '#/shared/ui/States.tsx';

interface Props {
  error: unknown;
  /** Where a new link comes from. */
  again: { to: string; label: string };
  /** For a link that has done what it was for. */
  done: { to: string; label: string };
}

/** A link that does nothing, why, and the next thing to do. */
export function LinkProblem({ error, again, done }: Props) {
  const { t } = useTranslation('auth');
  const next = isProblem(error, 'link.used') ? done : again;
  return (
    <ErrorState text={error === null ? t('link.none') : problemText(error)}>
      <ButtonLink size="small" to={next.to} replace>
        {next.label}
      </ButtonLink>
    </ErrorState>
  );
}

/** Whether the link itself is what was refused: then trying again is of no use. */
export function isAboutLink(error: unknown): boolean {
  return isProblem(error) && (error.code.startsWith('link.') || error.code === 'account.email_taken');
}
