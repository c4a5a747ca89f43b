import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { HoursRow } from '#/api/types.ts';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useListingTitle } from '#/shared/format/useListingTitle.ts';
import { hoursAndMinutes } from '#/shared/format/time.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { ChipLink, ChipRow } from '#/shared/ui/Chip.tsx';
import { HourRing, type RingState } from '#/shared/ui/HourRing.tsx';
import { List, ListRow } from '#/shared/ui/ListRow.tsx';
import { Bone, SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { Tag } from '#/shared/ui/Tag.tsx';
import { FILTERS, useHours, useTotals, type Filter } from '../queries.ts';
import styles from './HoursScreen.module.css';

const RING: Record<HoursRow['state'], RingState> = {
  took_place: 'took_place',
  waiting: 'wait',
  on_hold: 'on_hold',
  did_not_take_place: 'did_not_take_place',
  lapsed: 'did_not_take_place',
  no_show: 'did_not_take_place',
};

const TONE = {
  took_place: 'pine',
  waiting: 'kaki',
  on_hold: 'plain',
  did_not_take_place: 'plain',
  lapsed: 'plain',
  no_show: 'plain',
} as const satisfies Record<HoursRow['state'], string>;

export default function HoursScreen() {
  const { t } = useTranslation(['membership', 'common']);
  const format = useFormat();
  const titleOf = useListingTitle();
  const now = useNow();
  const [params] = useSearchParams();
  const filter = FILTERS.find((one) => one === params.get('filter')) ?? 'all';
  const totals = useTotals();
  const hours = useHours(filter);
  const rows = hours.data?.pages.flatMap((page) => page.items) ?? [];

  return (
    <Screen title={t('hours.title')} back={paths.me}>
      <Stack gap={3}>
        <Card>
          <Small>{t('hours.given')}</Small>
          {totals.data === undefined ? (
            totals.isError ? (
              <ProblemState error={totals.error} onRetry={totals.refetch} />
            ) : (
              <Bone />
            )
          ) : (
            <>
              <Total minutes={totals.data.given.minutes} />
              <Small>
                {[
                  totals.data.given.count > 0
                    ? t('common:person.given', { count: totals.data.given.count })
                    : t('common:person.first'),
                  t('hours.received', { time: format.hours(totals.data.received.minutes) }),
                ].join(' · ')}
              </Small>
            </>
          )}
        </Card>
        <ChipRow label={t('hours.filter')}>
          {FILTERS.map((one) => (
            <ChipLink key={one} to={one === 'all' ? '?' : `?filter=${one}`} on={one === filter}>
              {t(`hours.filter.${one}`)}
            </ChipLink>
          ))}
        </ChipRow>
      </Stack>
      {hours.isPending && <SkeletonList rows={5} />}
      {hours.isError && <ProblemState error={hours.error} onRetry={hours.refetch} />}
      {hours.isSuccess && rows.length === 0 && <Empty filter={filter} />}
      <List label={t('hours.title')}>
        {rows.map((row) => {
          const name = row.other.name;
          const who = name === null ? t('common:person.gone') : t('common:person.name', { name });
          return (
            <ListRow
              level={2}
              key={row.engagement_id}
              to={paths.engagement(row.engagement_id)}
              title={titleOf(row.title)}
              who={[
                t(row.role === 'given' ? 'hours.to' : 'hours.from', { who }),
                format.shortDate(row.at, now),
              ].join(' · ')}
              tags={<Tag tone={TONE[row.state]}>{t(`hours.state.${row.state}`)}</Tag>}
              end={
                <HourRing
                  minutes={row.minutes}
                  state={RING[row.state]}
                  size={52}
                  label={t(`common:ring.${RING[row.state]}`, { minutes: row.minutes })}
                />
              }
            />
          );
        })}
      </List>
      {hours.hasNextPage && (
        <Button size="small" wide busy={hours.isFetchingNextPage} onClick={() => void hours.fetchNextPage()}>
          {t('common:act.more')}
        </Button>
      )}
    </Screen>
  );
}

/** The one big number: "31시간 40분". */
function Total({ minutes }: { minutes: number }) {
  const { t } = useTranslation('membership');
  const total = hoursAndMinutes(minutes);
  return (
    <p className={styles.total}>
      {total.hours > 0 && (
        <>
          <b>{total.hours}</b>
          {t('hours.unit.hours')}{' '}
        </>
      )}
      {(total.minutes > 0 || total.hours === 0) && (
        <>
          <b>{total.minutes}</b>
          {t('hours.unit.minutes')}
        </>
      )}
    </p>
  );
}

function Empty({ filter }: { filter: Filter }) {
  const { t } = useTranslation('membership');
  if (filter !== 'all') return <EmptyState title={t(`hours.empty.${filter}`)} />;
  return (
    <EmptyState title={t('hours.empty')}>
      <ButtonLink size="small" to={paths.search()}>
        {t('hours.find')}
      </ButtonLink>
    </EmptyState>
  );
}
