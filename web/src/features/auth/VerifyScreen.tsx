import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { tabSession } from '#/api/session/tab.ts';
import type { Session } from '#/api/types.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button } from '#/shared/ui/Button.tsx';
import { Stack } from '#/shared/ui/Stack.tsx';
import { useLinkToken } from './linkToken.ts';
import { isAboutLink, LinkProblem } from './parts/LinkProblem.tsx';

/** Led to by the mail of a sign-up. A press, and not the visit, uses the link: mail programs visit links to look at them. */
export default function VerifyScreen() {
  const { t } = useTranslation(['auth', 'common']);
  const token = useLinkToken();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function verify(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      const session = await ok<Session>(api.POST('/api/auth/address/verify', { body: { token } }));
      tabSession.logIn(session);
      await navigate(`${paths.signup}?step=profile`, { replace: true });
    } catch (cause) {
      setError(cause);
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
