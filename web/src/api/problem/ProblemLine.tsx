import { useTranslation } from 'react-i18next';
import { problemText } from './problemText.ts';
import styles from './ProblemLine.module.css';

/** Why an act was refused, shown beside its button. Renders nothing while there is none. */
export function ProblemLine({ error }: { error: unknown }) {
  return (
    <p className={styles.line} role="alert">
      {error === null || error === undefined ? '' : <Sentence error={error} />}
    </p>
  );
}

/** An address can name a refusal (`/login/back?problem=`) before its words are here; no first screen waits for them. */
function Sentence({ error }: { error: unknown }) {
  useTranslation('problems', { useSuspense: false });
  return problemText(error);
}
