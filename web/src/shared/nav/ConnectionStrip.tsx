import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { shownTrouble, subscribeConnection } from './connection.ts';
import styles from './ConnectionStrip.module.css';

/** One line under the bar after two seconds without an answer; gone with the first one. */
export function ConnectionStrip() {
  const { t } = useTranslation();
  const trouble = useSyncExternalStore(subscribeConnection, shownTrouble);
  return (
    <div role="status" className={styles.strip}>
      {trouble === null ? '' : t(trouble === 'offline' ? 'strip.offline' : 'strip.unavailable')}
    </div>
  );
}
