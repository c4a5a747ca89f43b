import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { tabSession } from '#/api/session/tab.ts';
import type { Provider } from '#/api/types.ts';
import { useProviders, visit } from '#/features/auth/index.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { CheckRow } from '#/shared/ui/CheckRow.tsx';
import { Fields, TextField } from '#/shared/ui/Field.tsx';
import { Bone, Loading } from '#/shared/ui/Skeleton.tsx';
import { Section, Small, Stack } from '#/shared/ui/Stack.tsx';
import { useLogIns } from './queries.ts';
import styles from './MeScreen.module.css';

const GOES = ['profile', 'posts', 'messages', 'plans', 'logIns'] as const;
const STAYS = ['hours', 'messages'] as const;

/** What goes, what stays, and until when it can be taken back; then whoever asks proves who they are. */
export default function LeaveScreen() {
  const { t } = useTranslation(['membership', 'common']);
  const navigate = useNavigate();
  const logIns = useLogIns();
  const [password, setPassword] = useState('');
  const [read, setRead] = useState(false);
  const [unread, setUnread] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const hasPassword = logIns.data?.has_password ?? false;
  const wrong = isProblem(error, 'account.credentials');

  async function leave(event: FormEvent): Promise<void> {
    event.preventDefault();
    setError(null);
    setUnread(!read);
    if (!read) return;
    setBusy(true);
    try {
      await ok<unknown>(api.POST('/api/auth/account/leaving', { body: hasPassword ? { password } : {} }));
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
      {logIns.isPending && (
        <Loading>
          <Bone shape="button" />
        </Loading>
      )}
      {logIns.isError && <ProblemState error={logIns.error} onRetry={logIns.refetch} />}
      {logIns.isSuccess && (
        <Section title={t('leave.proof')}>
          <form noValidate onSubmit={(event) => void leave(event)}>
            <Fields>
              {hasPassword ? (
                <TextField
                  label={t('password.current')}
                  type="password"
                  autoComplete="current-password"
                  value={password}
                  onText={setPassword}
                  error={wrong ? t('password.wrong') : undefined}
                />
              ) : (
                <ProveElsewhere linked={logIns.data.items.map((one) => one.provider)} onError={setError} />
              )}
              <CheckRow
                checked={read}
                onChange={setRead}
                error={unread && !read ? t('leave.read.missing') : undefined}
              >
                {t('leave.read')}
              </CheckRow>
              <ProblemLine error={wrong ? null : error} />
              <Button kind="main" type="submit" wide busy={busy}>
                {t('leave.act')}
              </Button>
            </Fields>
          </form>
        </Section>
      )}
    </Screen>
  );
}

/** Who has no password proves at their provider who they are, and comes back here. */
function ProveElsewhere({
  linked,
  onError,
}: {
  linked: readonly Provider[];
  onError: (cause: unknown) => void;
}) {
  const { t } = useTranslation('membership');
  const providers = useProviders();
  const usable = (providers.data ?? []).filter((provider) => linked.includes(provider));
  return (
    <Stack gap={2}>
      <Small>{t('leave.proof.elsewhere')}</Small>
      {usable.map((provider) => (
        <Button key={provider} onClick={() => void visit(provider, 'prove', paths.leave).catch(onError)}>
          {t('leave.proof.at', { provider: t(`logIns.provider.${provider}`) })}
        </Button>
      ))}
    </Stack>
  );
}
