import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import type { Provider } from '#/api/types.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { putActAway } from '#/api/session/act.ts';
import { tabProof } from '#/api/session/tab.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { Fields } from '#/shared/ui/Field.tsx';
import { Modal } from '#/shared/ui/Sheet.tsx';
import { SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { Stack } from '#/shared/ui/Stack.tsx';
import { useLogIns } from '../queries.ts';
import { visit } from '../visit.ts';
import { PasswordField } from './PasswordField.tsx';
import { ProviderList } from './ProviderButtons.tsx';

function putOff(): void {
  tabProof.settle(false);
}

/**
 * Is it still you? By the password, or at a provider: then this page is left, and the act is repeated when the browser comes back.
 * Its words are those of the settings, where the acts are that need it.
 */
export default function ProveSheet({ email }: { email: string }) {
  // The buttons' words, too: the sheet does not wait for them when it stands.
  const { t } = useTranslation(['membership', 'auth']);
  const ways = useLogIns();
  const { pathname, search } = useLocation();

  async function leave(provider: Provider): Promise<void> {
    const act = tabProof.act();
    if (act !== null) await putActAway(act);
    // Not to the form that was open: what was in it is done by then.
    const rest = new URLSearchParams(search);
    rest.delete('sheet');
    const query = rest.toString();
    await visit(provider, 'prove', query === '' ? pathname : `${pathname}?${query}`);
  }

  return (
    <Modal title={t('prove.title')} lead={t('prove.lead')} onClose={putOff}>
      <Stack gap={3}>
        {ways.isPending && <SkeletonList rows={1} />}
        {ways.isError && <ProblemState error={ways.error} onRetry={ways.refetch} />}
        {ways.data?.has_password === true && <ByPassword email={email} />}
        {ways.isSuccess && (
          <ProviderList
            providers={ways.data.items.map((one) => one.provider)}
            words="prove"
            onLeave={leave}
          />
        )}
        <Button kind="text" wide onClick={putOff}>
          {t('prove.later')}
        </Button>
      </Stack>
    </Modal>
  );
}

function ByPassword({ email }: { email: string }) {
  const { t } = useTranslation('membership');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const wrong = isProblem(error, 'account.credentials');

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await ok<void>(api.POST('/api/auth/prove', { body: { password } }));
      tabProof.settle(true);
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }

  return (
    <form noValidate onSubmit={(event) => void submit(event)}>
      <Fields>
        {/* For password managers: whose password it is. */}
        <input type="text" autoComplete="username" value={email} readOnly hidden />
        <PasswordField
          label={t('password.current')}
          autoComplete="current-password"
          value={password}
          onText={setPassword}
          error={wrong ? t('password.wrong') : undefined}
        />
        <ProblemLine error={wrong ? null : error} />
        <Button kind="main" type="submit" wide busy={busy}>
          {t('prove.act')}
        </Button>
      </Fields>
    </form>
  );
}
