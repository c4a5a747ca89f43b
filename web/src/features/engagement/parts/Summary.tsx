import { useTranslation } from 'react-i18next';
import { minutesOf, startOf, termsOf, type TermsDraft } from '../terms.ts';
import { useTermLabels } from './useTermLabels.ts';
import styles from './Summary.module.css';

/** The last line before the button: all of it in one sentence. */
export function Summary({ draft, region, now }: { draft: TermsDraft; region: string | null; now: Date }) {
  const { t } = useTranslation('engagement');
  const words = useTermLabels(now);
  const open = startOf(draft) === null || minutesOf(draft) === null;
  return (
    <p className={styles.line} data-open={open} aria-live="polite">
      {open ? t('form.open') : words.sentence(termsOf(draft), region)}
    </p>
  );
}
