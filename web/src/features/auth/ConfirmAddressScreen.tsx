import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import { queryClient } from '#/api/client/query.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { loginPath } from '#/api/session/next.ts';
import { useSession } from '#/api/session/useSession.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { Stack } from '#/shared/ui/Stack.tsx';
import { useLinkToken } from './linkToken.ts';
import { isAboutLink, LinkProblem } from './parts/LinkProblem.tsx';

/**
 * Led to by the mail to a new address. Whoever presses is logged in to the account that asked: a stranger's change is never
 * confirmed by somebody who only reads their mails.
 */
export default function ConfirmAddressScreen() {
  const { t } = useTranslation(['auth', 'common']);
  const token = useLinkToken();
  const { status } = useSession();
  const [done, setDone] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  const refused = token === '' || isAboutLink(error);

  async function confirm(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await ok<void>(api.POST('/api/auth/address/confirm', { body: { token } }));
      void queryClient.invalidateQueries({ queryKey: keys.account });
      setDone(true);
    } catch (cause) {
      setError(cause);
    }
    setBusy(false);
  }

  return (
    <Screen title={t('confirm.title')} back={paths.home}>
      {done && (
        <Stack gap={3}>
          <p role="status">{t('confirm.done')}</p>
          <ButtonLink kind="main" wide to={paths.home} replace>
            {t('common:act.home')}
          </ButtonLink>
        </Stack>
      )}
      {!done && refused && (
        <LinkProblem
          error={error}
          again={{ to: paths.settings, label: t('confirm.again') }}
          done={{ to: paths.home, label: t('common:act.home') }}
        />
      )}
      {!done && !refused && status === 'starting' && <SkeletonPage />}
      {!done && !refused && status === 'visitor' && (
        <Stack gap={3}>
          <p>{t('confirm.login')}</p>
          <ButtonLink kind="main" wide to={loginPath(paths.settings)}>
            {t('common:act.login')}
          </ButtonLink>
        </Stack>
      )}
      {!done && !refused && status !== 'starting' && status !== 'visitor' && (
        <Stack gap={3}>
          <p>{t('confirm.lead')}</p>
          <ProblemLine error={error} />
          <Button kind="main" wide busy={busy} onClick={() => void confirm()}>
            {t('confirm.act')}
          </Button>
        </Stack>
      )}
    </Screen>
  );
}
