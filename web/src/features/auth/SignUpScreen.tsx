import { useEffect, useEffectEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate, useNavigationType, useSearchParams } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import type { DocName } from '#/api/types.ts';
import { loginPath, safeNext } from '#/api/session/next.ts';
import { isProblem } from '#/api/problem/problem.ts';
import { fieldTexts } from '#/api/problem/problemText.ts';
import { useMe } from '#/api/client/useMe.ts';
import { useSession } from '#/api/session/useSession.ts';
import { currentLang } from '#/shared/i18n/lang.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { Stack } from '#/shared/ui/Stack.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { AccountStep } from './parts/AccountStep.tsx';
import { BirthStep } from './parts/BirthStep.tsx';
import { ConsentStep } from './parts/ConsentStep.tsx';
import { MailStep } from './parts/MailStep.tsx';
import { ProfileStep } from './parts/ProfileStep.tsx';

type Step = 'birth' | 'consent' | 'account' | 'mail' | 'profile';

/**
 * Four steps of one page, with a mail between the last two: `?step=` makes the phone's back lead one step back, what was typed stays here. It is never
 * kept anywhere else; after a reload the first step asks again.
 */
export default function SignUpScreen() {
  const { t } = useTranslation(['auth', 'common']);
  const [params] = useSearchParams();
  const next = safeNext(params.get('next'));
  const navigate = useNavigate();
  const session = useSession();
  const me = useMe();
  const [birthTyped, setBirthTyped] = useState('');
  const [born, setBorn] = useState<string | null>(null);
  const [agreed, setAgreed] = useState<DocName[]>([]);
  const [consents, setConsents] = useState<{ doc: DocName; version: string }[] | null>(null);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  /** The address that the mail went to. */
  const [sentTo, setSentTo] = useState<string | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const member = session.status === 'member';
  const asked = params.get('step');
  const step = member ? 'profile' : stepOf(asked, born, consents, sentTo);

  function to(step: Step): string {
    const search = new URLSearchParams({ step });
    if (next !== paths.home) search.set('next', next);
    return `?${search}`;
  }

  useComplete(member && me.data?.complete === true, next);
  useNoWayBack(member, asked, to('profile'));

  async function create(): Promise<void> {
    if (born === null || consents === null) return;
    setBusy(true);
    setError(null);
    try {
      await ok<unknown>(
        api.POST('/api/auth/signup', {
          body: { email, password, birth_date: born, consents, locale: currentLang() },
        }),
      );
      setSentTo(email.trim());
      setPassword('');
      setBirthTyped('');
      await navigate(to('mail'));
    } catch (cause) {
      refused(cause);
    } finally {
      setBusy(false);
    }
  }

  /** A refusal is shown where its field is. */
  function refused(cause: unknown): void {
    setError(cause);
    if (isProblem(cause, 'account.under_age')) {
      forget();
      void navigate(to('birth'), { replace: true });
    } else if (isAboutBirth(cause)) {
      void navigate(to('birth'), { replace: true });
    } else if (isAboutConsent(cause)) {
      setConsents(null);
      void navigate(to('consent'), { replace: true });
    }
  }

  function forget(): void {
    setBirthTyped('');
    setBorn(null);
    setAgreed([]);
    setConsents(null);
    setEmail('');
    setPassword('');
    setSentTo(null);
  }

  return (
    <Screen title={t('signup.title')} heading="page" back={paths.home}>
      {step === 'birth' && (
        <BirthStep
          typed={birthTyped}
          onTyped={setBirthTyped}
          refused={isAboutBirth(error) ? error : null}
          onTooYoung={forget}
          onDone={(born) => {
            setBorn(born);
            setError(null);
            void navigate(to('consent'));
          }}
        />
      )}
      {step === 'consent' && (
        <ConsentStep
          agreed={agreed}
          onAgreed={setAgreed}
          refused={isAboutConsent(error) ? error : null}
          onDone={(consents) => {
            setConsents(consents);
            setError(null);
            void navigate(to('account'));
          }}
        />
      )}
      {step === 'account' && (
        <AccountStep
          email={email}
          onEmail={setEmail}
          password={password}
          onPassword={setPassword}
          error={error}
          busy={busy}
          onDone={() => void create()}
        />
      )}
      {step === 'mail' && sentTo !== null && (
        <MailStep
          email={sentTo}
          onOther={() => {
            setSentTo(null);
            void navigate(to('account'), { replace: true });
          }}
        />
      )}
      {step === 'profile' &&
        (member && me.isPending ? (
          <SkeletonPage />
        ) : (
          <ProfileStep
            me={me.data}
            onDone={() => {
              toast(t('signup.done'));
              void navigate(next, { replace: true });
            }}
          />
        ))}
      {step === 'birth' && (
        <Stack>
          <ButtonLink kind="text" to={loginPath(next)} replace>
            {t('signup.toLogin')}
          </ButtonLink>
        </Stack>
      )}
    </Screen>
  );
}

function isAboutBirth(cause: unknown): boolean {
  return isProblem(cause, 'account.under_age') || fieldTexts(cause)['/birth_date'] !== undefined;
}

function isAboutConsent(cause: unknown): boolean {
  return isProblem(cause) && cause.code.startsWith('consent.');
}

/** A step can only be reached over the ones before it. */
function stepOf(asked: string | null, born: string | null, consents: unknown, sentTo: string | null): Step {
  if (asked === 'mail' && sentTo !== null) return 'mail';
  if (asked === 'profile' || asked === 'mail' || asked === 'account') {
    if (born !== null && consents !== null) return 'account';
    return born === null ? 'birth' : 'consent';
  }
  return asked === 'consent' && born !== null ? 'consent' : 'birth';
}

/** A member with a complete profile has nothing left to do here. */
function useComplete(complete: boolean, next: string): void {
  const navigate = useNavigate();
  useEffect(() => {
    if (complete) void navigate(next, { replace: true });
  }, [complete, navigate, next]);
}

/**
 * Once the account exists, "back" passes over the steps that made it. Who comes with an account and half a profile
 * stands at its step, so that going back from the picker there is not taken for that.
 */
function useNoWayBack(member: boolean, asked: string | null, profile: string): void {
  const navigate = useNavigate();
  const type = useNavigationType();
  const { key } = useLocation();
  const pass = useEffectEvent(() => {
    if (!member || asked === 'profile') return;
    const came = type !== 'POP' || key === 'default';
    const first = (history.state as { idx?: number } | null)?.idx === 0;
    if (came) void navigate(profile, { replace: true });
    else if (first) void navigate(paths.home, { replace: true });
    else void navigate(-1);
  });
  useEffect(() => pass(), [key, member]);
}
