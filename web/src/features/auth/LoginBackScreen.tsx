import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { loginPath, safeNext } from '#/api/session/next.ts';
import { Problem } from '#/api/problem/problem.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { problemText } from '#/api/problem/problemText.ts';
import { dropAct, repeatAct } from '#/api/session/act.ts';
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
import { leaveFor } from './visit.ts';

/** Acts after which nobody is logged in here, and the page that says so. */
const ENDS_HERE: Record<string, string> = {
  '/api/auth/logout-all': paths.home,
  '/api/auth/account/leaving': paths.left,
};

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

  /** What waited for this proof is done now, without another press. Answers the page to go to; none if it leads away. */
  async function goOnWithAct(to: string): Promise<string | null> {
    try {
      const done = await repeatAct();
      if (done !== null && done.location !== null) {
        leaveFor(done.location, to);
        return null;
      }
      const after = done === null ? undefined : ENDS_HERE[done.path];
      if (after !== undefined) {
        tabSession.logOut();
        return after;
      }
      toast(t(done === null ? 'provider.linked' : 'provider.acted'));
    } catch (cause) {
      toast(problemText(cause));
    }
    return to;
  }

  const goOn = useEffectEvent(async (kind: 'session' | 'new' | 'done') => {
    if (kind !== 'done') dropAct();
    if (kind === 'new') {
      await navigate(paths.joinByProvider, { replace: true });
      return;
    }
    const result = finished.data;
    if (result?.kind === 'session') tabSession.logIn(result.session);
    const page = safeNext(cameFrom(named));
    const to = kind === 'done' ? await goOnWithAct(page) : page;
    if (to !== null) await navigate(to, { replace: true });
  });
  const kind = finished.data?.kind;
  useEffect(() => {
    if (kind !== undefined) void goOn(kind);
  }, [kind]);
  const failed = refused !== null;
  useEffect(() => {
    // The proof did not come about: nothing is done later that waited for it.
    if (failed) dropAct();
  }, [failed]);

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
