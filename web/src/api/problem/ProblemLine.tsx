import { useTranslation } from 'react-i18next';
import { problemText } from './problemText.ts';
import styles from './ProblemLine.module.css';

/** Why an act was refused, shown beside its button. Renders nothing while there is none. */
export function ProblemLine({ error }: { error: unknown }) {
  // An address can name a refusal (`/login/back?problem=`) before its words are here.
  useTranslation('problems', { useSuspense: false });
  return (
    <p className={styles.line} role="alert">
      {error === null || error === undefined ? '' : problemText(error)}
    </p>
  );
}
