import { useTranslation } from 'react-i18next';
import { Link, Outlet, ScrollRestoration, useMatches } from 'react-router';
import { useUnreadChats } from '#/features/chat/index.ts';
import { useUnreadNotices } from '#/features/notification/index.ts';
import { LeavingStrip, LogInAgain, LoginGate, MustAgree, Prove } from '#/features/auth/index.ts';
import { Reaching } from '#/api/session/Reaching.tsx';
import { useSession } from '#/api/session/useSession.ts';
import type { RouteHandle } from '#/shared/nav/handle.ts';
import { RouteAnnouncer } from '#/shared/nav/RouteAnnouncer.tsx';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Icon } from '#/shared/ui/Icon.tsx';
import { Toasts } from '#/shared/ui/Toasts.tsx';
import { Logo } from './Logo.tsx';
import { MembersOnly } from './MembersOnly.tsx';
import { Starting } from './Starting.tsx';
import { TABS, type Tab } from './tabs.ts';
import styles from './Shell.module.css';

export function Shell() {
  const { t } = useTranslation();
  const session = useSession();
  const handle: RouteHandle = useMatches().reduce(
    (all, match) => ({ ...all, ...(match.handle as RouteHandle | undefined) }),
    {},
  );
  const door = handle.members === true && session.status === 'visitor';
  const waiting = handle.members === true && session.status === 'starting';
  const reaching = handle.members === true && session.status === 'unreachable';
  const title = t(`nav.${handle.tab ?? 'me'}`);

  return (
    <div className={styles.app} data-tabs={handle.tabs ?? false} data-panes={handle.panes ?? false}>
      <a className={styles.skip} href="#main">
        {t('nav.skip')}
      </a>
      <RouteAnnouncer />
      {/* A conversation is exactly as high as the window. */}
      {handle.panes !== true && <LeavingStrip />}
      <Nav current={handle.tab} tabs={handle.tabs ?? false} />
      {session.status === 'held' ? (
        <MustAgree />
      ) : door ? (
        <MembersOnly title={title} />
      ) : waiting ? (
        <Starting />
      ) : reaching ? (
        <Screen title={title}>
          <Reaching />
        </Screen>
      ) : (
        <Outlet />
      )}
      <LoginGate />
      <Prove />
      <LogInAgain />
      <Toasts />
      <ScrollRestoration />
    </div>
  );
}

/** One list: bottom tabs on a phone, a rail from 900 px. */
function Nav({ current, tabs }: { current: Tab | undefined; tabs: boolean }) {
  const { t } = useTranslation();
  const chats = useUnreadChats();
  const notices = useUnreadNotices();
  return (
    <nav className={styles.nav} data-tabs={tabs} aria-label={t('nav.main')}>
      <Link to={paths.home} className={styles.logo} aria-label="dojob">
        <Logo />
      </Link>
      {TABS.map(({ tab, to, icon }) => (
        <Link key={tab} to={to} className={styles.item} aria-current={tab === current ? 'page' : undefined}>
          <Icon name={icon} filled={tab === current && icon !== 'plus'} />
          <span>{t(`nav.${tab}`)}</span>
          {tab === 'chat' && <Count n={chats} />}
        </Link>
      ))}
      <Link to={paths.inbox} className={styles.railOnly}>
        <Icon name="bell" />
        <span>{t('nav.inbox')}</span>
        <Count n={notices} />
      </Link>
    </nav>
  );
}

function Count({ n }: { n: number }) {
  const { t } = useTranslation();
  if (n === 0) return null;
  return (
    <span className={styles.count}>
      <span aria-hidden="true">{n > 99 ? '99+' : n}</span>
      <span className={styles.spoken}>{t('nav.unread', { count: n })}</span>
    </span>
  );
}
