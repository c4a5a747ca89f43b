import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { tabSession } from '#/api/session/tab.ts';
import type { Session } from '#/api/types.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { Fields } from '#/shared/ui/Field.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { useLinkToken } from './linkToken.ts';
import { isAboutLink, LinkProblem } from './parts/LinkProblem.tsx';
import { PasswordField } from './parts/PasswordField.tsx';

/**
 * Led to by the mail of a sign-up. A press, and not the visit, uses the link: mail programs visit links to look at them. In another
 * browser than the one that signed up the password is asked for, too: somebody else may have signed up with this address.
 */
export default function VerifyScreen() {
  const { t } = useTranslation(['auth', 'common']);
  const token = useLinkToken();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [asks, setAsks] = useState(false);

  async function verify(password?: string): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const body = password === undefined ? { token } : { token, password };
      const session = await ok<Session>(api.POST('/api/auth/address/verify', { body }));
      tabSession.logIn(session);
      await navigate(`${paths.signup}?step=profile`, { replace: true });
    } catch (cause) {
      if (isProblem(cause, 'account.password_needed')) setAsks(true);
      else setError(cause);
      setBusy(false);
    }
  }

  return (
    <Screen title={t('verify.title')} back={paths.home}>
      {token === '' || isAboutLink(error) ? (
        <LinkProblem
          error={error}
          again={{ to: paths.signup, label: t('common:act.signup') }}
          done={{ to: paths.login, label: t('common:act.login') }}
        />
      ) : asks ? (
        <Elsewhere error={error} busy={busy} onPassword={(password) => void verify(password)} />
      ) : (
        <Stack gap={3}>
          <p>{t('verify.lead')}</p>
          <ProblemLine error={error} />
          <Button kind="main" wide busy={busy} onClick={() => void verify()}>
            {t('verify.act')}
          </Button>
        </Stack>
      )}
    </Screen>
  );
}

interface ElsewhereProps {
  error: unknown;
  busy: boolean;
  onPassword: (password: string) => void;
}

/** Another browser than the one that signed up: whoever signed up knows the password. */
function Elsewhere({ error, busy, onPassword }: ElsewhereProps) {
  const { t } = useTranslation('auth');
  const [password, setPassword] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const wrong = isProblem(error, 'account.credentials');

  // The button that was pressed is gone.
  useEffect(() => field.current?.focus(), []);

  function submit(event: FormEvent): void {
    event.preventDefault();
    onPassword(password);
  }

  return (
    <Stack gap={3}>
      <form noValidate onSubmit={submit}>
        <Fields>
          <PasswordField
            ref={field}
            label={t('field.password')}
            hint={t('verify.elsewhere')}
            autoComplete="current-password"
            value={password}
            onText={setPassword}
            error={wrong ? t('verify.wrong') : undefined}
          />
          <ProblemLine error={wrong ? null : error} />
          <Button kind="main" type="submit" wide busy={busy}>
            {t('verify.act')}
          </Button>
        </Fields>
      </form>
      <Small>{t('verify.stranger')}</Small>
      <ButtonLink wide to={paths.signup} replace>
        {t('verify.again')}
      </ButtonLink>
    </Stack>
  );
}
