import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Provider } from '#/api/types.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { Small } from '#/shared/ui/Stack.tsx';
import { outside, refusedIn } from '../providers.ts';
import { useProviders } from '../queries.ts';
import { visit } from '../visit.ts';
import { ProviderMark } from './ProviderMark.tsx';
import styles from './ProviderButtons.module.css';

/** The providers at which one may log in or join, in the server's order: Kakao first. Nothing where there is none. */
export function ProviderButtons({ next }: { next: string }) {
  const providers = useProviders();
  return (
    <ProviderList
      providers={providers.data ?? []}
      words="start"
      onLeave={(provider) => visit(provider, 'log_in', next)}
    />
  );
}

interface ListProps {
  providers: readonly Provider[];
  /** "카카오로 시작하기" or "카카오로 확인하기" */
  words: 'start' | 'prove';
  onLeave: (provider: Provider) => Promise<void>;
}

export function ProviderList({ providers, words, onLeave }: ListProps) {
  const { t } = useTranslation('auth');
  const [leaving, setLeaving] = useState<Provider | null>(null);
  const [error, setError] = useState<unknown>(null);
  const agent = navigator.userAgent;
  if (providers.length === 0) return null;

  async function leave(provider: Provider): Promise<void> {
    setLeaving(provider);
    setError(null);
    try {
      await onLeave(provider);
    } catch (cause) {
      setError(cause);
      setLeaving(null);
    }
  }

  return (
    <div className={styles.list}>
      {providers.map((provider) => {
        const app = refusedIn(provider, agent);
        if (app !== null) return <NotHere key={provider} provider={provider} app={app} />;
        return (
          <button
            key={provider}
            type="button"
            className={styles.button}
            data-provider={provider}
            aria-busy={leaving === provider}
            onClick={leaving === null ? () => void leave(provider) : undefined}
          >
            <ProviderMark provider={provider} />
            {words === 'start'
              ? t(`provider.start.${provider}`)
              : t('provider.prove', { provider: t(`provider.name.${provider}`) })}
          </button>
        );
      })}
      <ProblemLine error={error} />
    </div>
  );
}

/** The page is inside another app, where this provider shows an error: how to get out of it. */
function NotHere({ provider, app }: { provider: Provider; app: 'kakaotalk' | 'naver' | 'other' }) {
  const { t } = useTranslation('auth');
  const address = outside(app, location.href);
  return (
    <Small>
      {t(`provider.inApp.${app}`, { provider: t(`provider.name.${provider}`) })}{' '}
      {address !== null && <a href={address}>{t('provider.outside')}</a>}
    </Small>
  );
}
