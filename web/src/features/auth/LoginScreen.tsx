import { useEffect, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import type { Session } from '#/api/types.ts';
import { safeNext, signupPath } from '#/api/session/next.ts';
import { tabSession } from '#/api/session/tab.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { useSession } from '#/api/session/useSession.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { Fields, TextField } from '#/shared/ui/Field.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { Stack } from '#/shared/ui/Stack.tsx';
import { DemoAccounts } from './parts/DemoAccounts.tsx';
import { PasswordField } from './parts/PasswordField.tsx';
import { ProviderButtons } from './parts/ProviderButtons.tsx';
import { ResendMail } from './parts/ResendMail.tsx';
import { useProviders } from './queries.ts';

export default function LoginScreen() {
  const { t } = useTranslation(['auth', 'common']);
  const [params] = useSearchParams();
  const next = safeNext(params.get('next'));
  const navigate = useNavigate();
  const session = useSession();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const member = session.status === 'member';
  const providers = useProviders();
  // The buttons come first, so the form waits for them; not for a server that does not answer.
  const waits = providers.isPending && providers.failureCount === 0;

  // Who is already in (another tab, a link kept from earlier) has nothing to do here.
  useEffect(() => {
    if (member) void navigate(next, { replace: true });
  }, [member, navigate, next]);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    setError(null);
    const empty = email.trim() === '' || password === '';
    setMissing(empty);
    if (empty) return;
    setBusy(true);
    try {
      tabSession.logIn(await ok<Session>(api.POST('/api/auth/login', { body: { email, password } })));
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }

  if (waits) {
    return (
      <Screen title={t('login.title')} back={paths.home}>
        <SkeletonPage />
      </Screen>
    );
  }
  return (
    <Screen title={t('login.title')} back={paths.home}>
      <Stack gap={3}>
        <ProviderButtons next={next} />
        <form noValidate onSubmit={(event) => void submit(event)}>
          <Fields>
            <TextField
              label={t('field.email')}
              type="email"
              inputMode="email"
              autoComplete="username"
              autoCapitalize="off"
              value={email}
              onText={setEmail}
              error={missing && email.trim() === '' ? t('email.missing') : undefined}
            />
            <PasswordField
              label={t('field.password')}
              autoComplete="current-password"
              value={password}
              onText={setPassword}
              error={missing && password === '' ? t('password.missing') : undefined}
            />
            <ProblemLine error={error} />
            <Button kind="main" type="submit" wide busy={busy}>
              {t('common:act.login')}
            </Button>
          </Fields>
        </form>
        {isProblem(error, 'account.unverified') && <ResendMail email={email} />}
        <ButtonLink kind="text" to={paths.forgotten}>
          {t('login.forgotten')}
        </ButtonLink>
        <ButtonLink kind="text" to={signupPath(next)} replace>
          {t('login.toSignup')}
        </ButtonLink>
        {/* They come when the server has answered, so below what stands already. */}
        <DemoAccounts next={next} />
      </Stack>
    </Screen>
  );
}
