import { useTranslation } from 'react-i18next';
import type { SecurityEvent } from '#/api/types.ts';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { List, ListRow } from '#/shared/ui/ListRow.tsx';
import { SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { Tag } from '#/shared/ui/Tag.tsx';
import { useSecurityLog } from './queries.ts';

/** What happened to the ways into the account. What somebody did not do themselves they see here, and what to do then. */
export default function SecurityLogScreen() {
  const { t } = useTranslation(['membership', 'common']);
  const log = useSecurityLog();
  const events = log.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <Screen title={t('security.title')} back={paths.settings}>
      <Stack gap={3}>
        <Small>{t('security.lead')}</Small>
        <ButtonLink size="small" to={paths.devices}>
          {t('devices.title')}
        </ButtonLink>
      </Stack>
      {log.isPending && <SkeletonList rows={5} />}
      {log.isError && <ProblemState error={log.error} onRetry={log.refetch} />}
      {log.isSuccess && events.length === 0 && <EmptyState title={t('security.empty')} />}
      <List label={t('security.title')}>
        {events.map((event) => (
          <Entry key={event.id} event={event} />
        ))}
      </List>
      {log.hasNextPage && (
        <Button size="small" wide busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
          {t('common:act.more')}
        </Button>
      )}
    </Screen>
  );
}

function Entry({ event }: { event: SecurityEvent }) {
  const { t } = useTranslation('membership');
  const format = useFormat();
  const now = useNow();
  const moment = (at: string) => `${format.shortDate(at, now)} ${format.clock(at)}`;
  const provider = event.provider === null ? '' : t(`logIns.provider.${event.provider}`);
  const facts = [
    event.device,
    event.last_at === event.at ? null : t('security.until', { time: moment(event.last_at) }),
  ].filter((fact) => fact !== null);
  return (
    <ListRow
      level={2}
      title={t(`security.kind.${event.kind}`, { count: event.times, provider })}
      who={moment(event.at)}
      facts={facts.length === 0 ? undefined : facts.join(' · ')}
      tags={event.same_network ? <Tag tone="pine">{t('security.here')}</Tag> : undefined}
    />
  );
}
