import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '#/api/client/client.ts';
import { queryClient } from '#/api/client/query.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { tabSession } from '#/api/session/tab.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import styles from './LeavingBar.module.css';

/** Until when leaving can be taken back, and the button that does. */
export default function LeavingBar({ eraseAt }: { eraseAt: string }) {
  const { t } = useTranslation('auth');
  const format = useFormat();
  const now = useNow();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function stay(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await ok<void>(api.DELETE('/api/auth/account/leaving'));
      // The session says of the account whether it stays.
      await tabSession.refresh();
      void queryClient.invalidateQueries();
      toast(t('leaving.stayed'));
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  }

  return (
    <aside className={styles.strip} aria-label={t('leaving.title')}>
      <p>{t('leaving.text', { date: format.date(eraseAt, now) })}</p>
      <Button size="small" busy={busy} onClick={() => void stay()}>
        {t('leaving.stay')}
      </Button>
      <ProblemLine error={error} />
    </aside>
  );
}
