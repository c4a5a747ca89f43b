import { useTranslation } from 'react-i18next';
import { paths } from '#/shared/paths.ts';
import { ErrorState } from '#/shared/ui/States.tsx';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { Problem } from './problem.ts';
import { problemText } from './problemText.ts';

interface Props {
  error: unknown;
  /** `query.refetch`; not offered where asking again cannot help. */
  onRetry?: () => unknown;
}

/** A failed query in the place of its content. */
export function ProblemState({ error, onRetry }: Props) {
  const { t } = useTranslation();
  const gone = error instanceof Problem && (error.status === 404 || error.status === 403);
  const known = error instanceof Problem && error.status < 500;
  return (
    <ErrorState
      text={problemText(error)}
      requestId={error instanceof Problem && !known ? error.requestId : undefined}
      onRetry={onRetry === undefined || gone ? undefined : () => void onRetry()}
    >
      {gone && (
        <ButtonLink size="small" to={paths.home}>
          {t('act.home')}
        </ButtonLink>
      )}
    </ErrorState>
  );
}
