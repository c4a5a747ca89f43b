import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import type { DocName, Session } from '#/api/types.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { fieldTexts } from '#/api/problem/problemText.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { loginPath } from '#/api/session/next.ts';
import { tabSession } from '#/api/session/tab.ts';
import { currentLang } from '#/shared/i18n/lang.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { BirthStep } from './parts/BirthStep.tsx';
import { ConsentStep } from './parts/ConsentStep.tsx';
import { cameFrom } from './providers.ts';
import { usePending } from './queries.ts';

/**
 * Age and consent of somebody who came through a provider. Until both are there nothing of them is stored: what the
 * provider has said lies sealed in this browser, and is gone when they give up or are too young.
 */
export default function JoinByProviderScreen() {
  const { t } = useTranslation(['auth', 'common']);
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const pending = usePending();
  const [typed, setTyped] = useState('');
  const [born, setBorn] = useState<string | null>(null);
  const [agreed, setAgreed] = useState<DocName[]>([]);
  const [error, setError] = useState<unknown>(null);
  const [tooYoung, setTooYoung] = useState<unknown>(null);
  const asksConsent = params.get('step') === 'consent' && born !== null;

  async function join(consents: { doc: DocName; version: string }[]): Promise<void> {
    if (born === null) return;
    setError(null);
    try {
      const session = await ok<Session>(
        api.POST('/api/auth/signup/provider', {
          body: { birth_date: born, consents, locale: currentLang() },
        }),
      );
      const profile = new URLSearchParams({ step: 'profile', next: cameFrom(paths.home) });
      await navigate(`${paths.signup}?${profile}`, { replace: true });
      tabSession.logIn(session);
    } catch (cause) {
      if (isProblem(cause, 'account.under_age')) await leave(cause);
      else if (fieldTexts(cause)['/birth_date'] !== undefined) await navigate('?', { replace: true });
      else setError(cause);
    }
  }

  /** Nothing stays, in the browser neither. */
  async function leave(why: unknown): Promise<void> {
    setTyped('');
    setBorn(null);
    setAgreed([]);
    setTooYoung(why);
    await ok<void>(api.DELETE('/api/auth/pending')).catch(() => undefined);
    if (why === null) await navigate(paths.home, { replace: true });
  }

  if (tooYoung !== null) {
    return (
      <Screen title={t('signup.title')} heading="page" back={paths.home}>
        <ProblemLine error={tooYoung} />
      </Screen>
    );
  }
  if (pending.isPending) {
    return (
      <Screen title={t('signup.title')} heading="page" back={paths.home}>
        <SkeletonPage />
      </Screen>
    );
  }
  if (pending.isError) {
    return (
      <Screen title={t('signup.title')} heading="page" back={paths.home}>
        {isProblem(pending.error, 'pending.over') ? (
          <Stack gap={3}>
            <ProblemLine error={pending.error} />
            <ButtonLink kind="main" wide to={loginPath(paths.home)} replace>
              {t('provider.again')}
            </ButtonLink>
          </Stack>
        ) : (
          <ProblemState error={pending.error} onRetry={pending.refetch} />
        )}
      </Screen>
    );
  }
  const { provider, email, email_taken: taken } = pending.data;
  return (
    <Screen title={t('signup.title')} heading="page" back={paths.home}>
      {asksConsent ? (
        <ConsentStep
          agreed={agreed}
          onAgreed={setAgreed}
          refused={error}
          onDone={(consents) => void join(consents)}
        />
      ) : (
        <BirthStep
          typed={typed}
          onTyped={setTyped}
          refused={null}
          onTooYoung={() => void ok<void>(api.DELETE('/api/auth/pending')).catch(() => undefined)}
          onDone={(day) => {
            setBorn(day);
            void navigate('?step=consent');
          }}
        />
      )}
      <Stack>
        <Small>
          {taken
            ? t('provider.emailTaken')
            : t(email === null ? 'provider.asNameless' : 'provider.asEmail', {
                provider: t(`provider.name.${provider}`),
                email: email ?? '',
              })}
        </Small>
        <Button kind="text" onClick={() => void leave(null)}>
          {t('provider.giveUp')}
        </Button>
      </Stack>
    </Screen>
  );
}
