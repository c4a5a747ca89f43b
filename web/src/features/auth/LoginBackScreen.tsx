import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { loginPath, safeNext } from '#/api/session/next.ts';
import { Problem } from '#/api/problem/problem.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { tabSession } from '#/api/session/tab.ts';
import { useSession } from '#/api/session/useSession.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { Stack } from '#/shared/ui/Stack.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { cameFrom } from './providers.ts';
import { useFinish } from './queries.ts';

/**
 * A provider has sent the browser back: this page finishes the visit, because its request, and not the provider's
 * redirect, brings the device's own cookies. `?problem=` is a code of the server's and nothing else is believed of it.
 */
export default function LoginBackScreen() {
  const { t } = useTranslation(['auth', 'common']);
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const member = useSession().status === 'member';
  const named = safeNext(params.get('next'));
  const code = params.get('problem');
  const finished = useFinish(code === null);
  const refused = code === null ? finished.error : new Problem(409, code, [], undefined, undefined);

  const goOn = useEffectEvent((kind: 'session' | 'new' | 'done') => {
    if (kind === 'new') {
      void navigate(paths.joinByProvider, { replace: true });
      return;
    }
    const result = finished.data;
    if (result?.kind === 'session') tabSession.logIn(result.session);
    else toast(t('provider.linked'));
    void navigate(safeNext(cameFrom(named)), { replace: true });
  });
  const kind = finished.data?.kind;
  useEffect(() => {
    if (kind !== undefined) goOn(kind);
  }, [kind]);

  return (
    <Screen title={t('login.title')} back={paths.home}>
      {refused === null ? (
        <SkeletonPage />
      ) : (
        <Stack gap={3}>
          <ProblemLine error={refused} />
          <ButtonLink kind="main" wide to={member ? named : loginPath(named)} replace>
            {t(member ? 'provider.goBack' : 'provider.again')}
          </ButtonLink>
        </Stack>
      )}
    </Screen>
  );
}
