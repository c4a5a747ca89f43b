import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { tabSession } from '#/api/session/tab.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { CheckRow } from '#/shared/ui/CheckRow.tsx';
import { Fields } from '#/shared/ui/Field.tsx';
import { Section } from '#/shared/ui/Stack.tsx';
import styles from './MeScreen.module.css';

const GOES = ['profile', 'posts', 'messages', 'plans', 'logIns'] as const;
const STAYS = ['hours', 'messages'] as const;

/** What goes, what stays, and until when it can be taken back. The server asks for a proof of who it is. */
export default function LeaveScreen() {
  const { t } = useTranslation('membership');
  const navigate = useNavigate();
  const [read, setRead] = useState(false);
  const [unread, setUnread] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function leave(event: FormEvent): Promise<void> {
    event.preventDefault();
    setError(null);
    setUnread(!read);
    if (!read) return;
    setBusy(true);
    try {
      await ok<unknown>(api.POST('/api/auth/account/leaving'));
      await navigate(paths.left, { replace: true });
      tabSession.logOut();
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }

  return (
    <Screen title={t('leave.title')} back={paths.settings}>
      <p>{t('leave.lead')}</p>
      <Section title={t('leave.goes')}>
        <ul className={styles.points}>
          {GOES.map((what) => (
            <li key={what}>{t(`leave.goes.${what}`)}</li>
          ))}
        </ul>
      </Section>
      <Section title={t('leave.stays')}>
        <ul className={styles.points}>
          {STAYS.map((what) => (
            <li key={what}>{t(`leave.stays.${what}`)}</li>
          ))}
        </ul>
      </Section>
      <Section title={t('leave.undo')}>
        <p>{t('leave.undo.text')}</p>
      </Section>
      <Section title={t('leave.act')}>
        <form noValidate onSubmit={(event) => void leave(event)}>
          <Fields>
            <CheckRow
              checked={read}
              onChange={setRead}
              error={unread && !read ? t('leave.read.missing') : undefined}
            >
              {t('leave.read')}
            </CheckRow>
            <ProblemLine error={error} />
            <Button kind="main" type="submit" wide busy={busy}>
              {t('leave.act')}
            </Button>
          </Fields>
        </form>
      </Section>
    </Screen>
  );
}
