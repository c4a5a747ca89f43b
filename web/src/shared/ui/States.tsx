import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './Button.tsx';
import styles from './States.module.css';

/** Nothing here, in warm words, with the next thing to do. `children` are buttons or chips. */
export function EmptyState({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p>{title}</p>
      {children !== undefined && <div className={styles.acts}>{children}</div>}
    </div>
  );
}

interface ErrorProps {
  text: string;
  /** Shown small, to quote. */
  requestId?: string | undefined;
  onRetry?: (() => void) | undefined;
  children?: ReactNode;
}

/** What happened, then what can be done. Screens use `ProblemState` of `#/api`, which finds the words. */
export function ErrorState({ text, requestId, onRetry, children }: ErrorProps) {
  const { t } = useTranslation();
  return (
    <div className={styles.empty} role="alert">
      <p>{text}</p>
      {requestId !== undefined && (
        <p className={styles.number}>{t('error.number', { id: shortNumber(requestId) })}</p>
      )}
      <div className={styles.acts}>
        {onRetry !== undefined && (
          <Button size="small" onClick={onRetry}>
            {t('act.retry')}
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}

/** The last four characters, in capitals: short enough to read out on the phone, enough to find it with the time. */
export function shortNumber(requestId: string): string {
  return requestId.replaceAll('-', '').slice(-4).toUpperCase();
}
