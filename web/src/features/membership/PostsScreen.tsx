import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import type { ListingRow } from '#/api/types.ts';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useFormat } from '#/shared/format/useFormat.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { List, ListRow } from '#/shared/ui/ListRow.tsx';
import { SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Tabs } from '#/shared/ui/Tabs.tsx';
import { Tag } from '#/shared/ui/Tag.tsx';
import { useMyListings } from './queries.ts';

export default function PostsScreen() {
  const { t } = useTranslation(['membership', 'common']);
  const format = useFormat();
  const [params] = useSearchParams();
  const kind = params.get('kind') === 'need' ? 'need' : 'talent';
  const listings = useMyListings(kind);
  const rows = listings.data?.pages.flatMap((page) => page.items) ?? [];

  function facts(row: ListingRow): string {
    const parts = [format.minutes(row.minutes), t(`common:mode.${row.mode}`)];
    if (row.times.length > 0) parts.push(format.times(row.times));
    return parts.join(' · ');
  }

  return (
    <Screen title={t('posts.title')} back={paths.me}>
      <Tabs
        label={t('posts.title')}
        tabs={[
          { to: '?', label: t('posts.talents'), current: kind === 'talent' },
          { to: '?kind=need', label: t('posts.needs'), current: kind === 'need' },
        ]}
      />
      {listings.isPending && <SkeletonList rows={4} />}
      {listings.isError && <ProblemState error={listings.error} onRetry={listings.refetch} />}
      {listings.isSuccess && rows.length === 0 && (
        <EmptyState title={t(kind === 'talent' ? 'posts.noTalents' : 'posts.noNeeds')}>
          <ButtonLink size="small" to={paths.postListing(kind)}>
            {t(kind === 'talent' ? 'posts.offer' : 'posts.ask')}
          </ButtonLink>
        </EmptyState>
      )}
      <List label={t(kind === 'talent' ? 'posts.talents' : 'posts.needs')}>
        {rows.map((row) => {
          const open = row.state === 'published' || row.state === 'open';
          return (
            <ListRow
              level={2}
              key={row.id}
              to={paths.listing(kind, row.id)}
              title={row.title}
              who={`${row.region.short} ${row.region.name}`}
              facts={facts(row)}
              tags={<Tag tone={open ? 'pine' : 'plain'}>{t(`posts.state.${row.state}`)}</Tag>}
              end={<HourRing minutes={row.minutes} />}
            />
          );
        })}
      </List>
      {listings.hasNextPage && (
        <Button
          size="small"
          wide
          busy={listings.isFetchingNextPage}
          onClick={() => void listings.fetchNextPage()}
        >
          {t('common:act.more')}
        </Button>
      )}
    </Screen>
  );
}
