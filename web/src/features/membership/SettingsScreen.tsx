import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { keys } from '#/api/client/keys.ts';
import type { Account, Preference } from '#/api/types.ts';
import { queryClient } from '#/api/client/query.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { Reaching } from '#/api/session/Reaching.tsx';
import { useSession } from '#/api/session/useSession.ts';
import { setLang, setTheme, storedTheme, useLang, type Theme } from '#/shared/i18n/lang.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink, ButtonRow } from '#/shared/ui/Button.tsx';
import { CheckRow } from '#/shared/ui/CheckRow.tsx';
import { ChipRadios } from '#/shared/ui/Chip.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { Bone, Loading } from '#/shared/ui/Skeleton.tsx';
import { Row, Section, Small } from '#/shared/ui/Stack.tsx';
import { AddressForm } from './parts/AddressForm.tsx';
import { PasswordForm } from './parts/PasswordForm.tsx';
import { useAccount, usePreferences } from './queries.ts';
import styles from './MeScreen.module.css';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const DOCS = ['terms', 'privacy', 'news'] as const;

/** Language and looks belong to this browser, so a visitor may set them too. */
export default function SettingsScreen() {
  const { t } = useTranslation(['membership', 'common']);
  const lang = useLang();
  const [theme, setShown] = useState(storedTheme);
  const { status } = useSession();
  const member = status === 'member';

  return (
    <Screen title={t('settings.title')} back={member ? paths.me : paths.home}>
      <Section title={t('settings.lang')}>
        <ChipRadios
          legend={t('settings.lang')}
          name="lang"
          value={lang}
          options={[
            { value: 'ko', label: '한국어' },
            { value: 'en', label: 'English' },
          ]}
          onChange={(lang) => void setLang(lang)}
        />
      </Section>
      <Section title={t('settings.theme')}>
        <ChipRadios
          legend={t('settings.theme')}
          name="theme"
          value={theme}
          options={THEMES.map((value) => ({ value, label: t(`settings.theme.${value}`) }))}
          onChange={(theme) => {
            setShown(theme);
            setTheme(theme);
          }}
        />
      </Section>
      {status === 'unreachable' && <Reaching />}
      {member && (
        <>
          <Notices />
          <Identity />
        </>
      )}
      {status !== 'starting' && (
        <Section title={t('settings.docs')}>
          <Links items={DOCS.map((doc) => [paths.document(doc), t(`settings.doc.${doc}`)])} />
        </Section>
      )}
      {member && (
        <ButtonLink kind="text" size="small" to={paths.leave}>
          {t('leave.title')}
        </ButtonLink>
      )}
    </Screen>
  );
}

function Links({ items }: { items: readonly (readonly [to: string, name: string])[] }) {
  return (
    <ul role="list" className={styles.links}>
      {items.map(([to, name]) => (
        <li key={to}>
          <Link className={styles.link} to={to}>
            {name}
            <Icon name="next" size={20} />
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Notices() {
  const { t } = useTranslation('membership');
  const preferences = usePreferences();
  const [error, setError] = useState<unknown>(null);

  async function set(one: Preference, on: boolean): Promise<void> {
    const before = preferences.data;
    setError(null);
    queryClient.setQueryData(keys.preferences, {
      items: before?.items.map((other) => (other.category === one.category ? { ...other, on } : other)) ?? [],
    });
    try {
      await ok<void>(
        api.PUT('/api/notifications/preferences/{category}', {
          params: { path: { category: one.category } },
          body: { on },
        }),
      );
    } catch (cause) {
      queryClient.setQueryData(keys.preferences, before);
      setError(cause);
    }
  }

  return (
    <Section title={t('settings.notices')}>
      {preferences.isPending && (
        <Loading>
          <Bone shape="button" />
          <Bone shape="button" />
          <Bone shape="button" />
        </Loading>
      )}
      {preferences.isError && <ProblemState error={preferences.error} onRetry={preferences.refetch} />}
      {preferences.data?.items.map((one) => (
        <CheckRow
          key={one.category}
          checked={one.on}
          disabled={one.locked}
          note={one.locked ? t('settings.locked') : t(`settings.notice.${one.category}.note`)}
          onChange={(on) => void set(one, on)}
        >
          {t(`settings.notice.${one.category}`)}
        </CheckRow>
      ))}
      <ProblemLine error={error} />
    </Section>
  );
}

function Identity() {
  const { t } = useTranslation('membership');
  const account = useAccount();
  return (
    <Section title={t('settings.account')}>
      {account.isPending && (
        <Loading>
          <Bone />
          <Bone shape="button" />
        </Loading>
      )}
      {account.isError && <ProblemState error={account.error} onRetry={account.refetch} />}
      {account.data !== undefined && (
        <>
          <Small>{account.data.email ?? t('settings.noEmail')}</Small>
          <News account={account.data} />
        </>
      )}
      <Row wrap>
        <AddressForm />
        <PasswordForm />
      </Row>
      <Links
        items={[
          [paths.logIns, t('logIns.title')],
          [paths.securityLog, t('security.title')],
        ]}
      />
    </Section>
  );
}

function News({ account }: { account: Account }) {
  const { t } = useTranslation('membership');
  const [error, setError] = useState<unknown>(null);
  const news = account.consents.filter((consent) => consent.doc === 'news').at(-1);

  async function set(granted: boolean): Promise<void> {
    setError(null);
    try {
      const documents = await ok<{ items: { doc: string; version: string }[] }>(
        api.GET('/api/auth/documents'),
      );
      const version = documents.items.find((one) => one.doc === 'news')?.version ?? '';
      await ok<void>(api.PUT('/api/auth/account/consents/news', { body: { granted, version } }));
      await queryClient.invalidateQueries({ queryKey: keys.account });
    } catch (cause) {
      setError(cause);
    }
  }

  return (
    <>
      <CheckRow
        checked={news?.granted ?? false}
        note={t(news?.ask_again === true ? 'settings.news.again' : 'settings.news.note')}
        onChange={(on) => void set(on)}
      >
        {t('settings.news')}
      </CheckRow>
      {news?.ask_again === true && (
        <ButtonRow>
          <Button size="small" onClick={() => void set(true)}>
            {t('settings.news.keep')}
          </Button>
          <Button kind="text" size="small" onClick={() => void set(false)}>
            {t('settings.news.stop')}
          </Button>
        </ButtonRow>
      )}
      <ProblemLine error={error} />
    </>
  );
}
