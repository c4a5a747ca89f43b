import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import { tabSession } from '#/api/session/tab.ts';
import { BellLink } from '#/features/notification/index.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useMe } from '#/api/client/useMe.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { Row, Small, Stack } from '#/shared/ui/Stack.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { ComingTerms } from './parts/ComingTerms.tsx';
import styles from './MeScreen.module.css';

const LINKS = [
  [paths.engagements(), 'me.engagements'],
  [paths.myListings, 'posts.title'],
  [paths.profile, 'profile.title'],
  [paths.settings, 'settings.title'],
  [paths.devices, 'devices.title'],
] as const;

export default function MeScreen() {
  const { t } = useTranslation(['membership', 'common']);
  const format = useFormat();
  const navigate = useNavigate();
  const me = useMe();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);

  async function endSession(): Promise<void> {
    setBusy(true);
    setError(null);
    try {
      await ok<void>(api.POST('/api/auth/logout'));
      await navigate(paths.home, { replace: true });
      tabSession.logOut();
      toast(t('me.loggedOut'));
    } catch (cause) {
      setError(cause);
      setBusy(false);
    }
  }

  return (
    <Screen title={t('me.title')} end={<BellLink />}>
      {me.isError && <ProblemState error={me.error} onRetry={me.refetch} />}
      {me.isPending && <SkeletonPage />}
      {me.data !== undefined && (
        <Stack gap={3}>
          <ComingTerms />
          <Link className={styles.who} to={paths.member(me.data.id)}>
            <Avatar id={me.data.id} name={me.data.name ?? '·'} size={72} />
            <span>
              <b className={styles.name}>{me.data.name ?? t('me.nameless')}</b>
              <Small>
                {[
                  me.data.region === null
                    ? t('me.placeless')
                    : `${me.data.region.short} ${me.data.region.name}`,
                  me.data.given.count > 0
                    ? t('common:person.given', { count: me.data.given.count })
                    : t('common:person.first'),
                ].join(' · ')}
              </Small>
            </span>
          </Link>
          <Card>
            <Link className={styles.hours} to={paths.hours}>
              <Row between>
                <span>
                  <b>{t('hours.title')}</b>
                  <Small>
                    {t('me.sums', {
                      given: format.hours(me.data.given.minutes),
                      received: format.hours(me.data.received.minutes),
                    })}
                  </Small>
                </span>
                <Icon name="next" size={20} />
              </Row>
            </Link>
          </Card>
          <ul role="list" className={styles.links}>
            {LINKS.map(([to, text]) => (
              <li key={to}>
                <Link className={styles.link} to={to}>
                  {t(text)}
                  <Icon name="next" size={20} />
                </Link>
              </li>
            ))}
          </ul>
          <ProblemLine error={error} />
          <Button kind="text" busy={busy} onClick={() => void endSession()}>
            {t('me.logout')}
          </Button>
        </Stack>
      )}
    </Screen>
  );
}
