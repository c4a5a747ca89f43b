import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useNow } from '#/shared/format/useNow.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Hidden, Section, Stack } from '#/shared/ui/Stack.tsx';
import { Tabs } from '#/shared/ui/Tabs.tsx';
import { Rows } from './parts/Rows.tsx';
import { useEngagements, type Folder } from './queries.ts';

const TABS = ['turn', 'upcoming', 'past'] as const;
type Tab = (typeof TABS)[number];

/** 내 차례 · 예정 · 지난. What waits for the other stands under what waits for me. */
export default function EngagementsScreen() {
  const { t } = useTranslation('engagement');
  const [params] = useSearchParams();
  const asked = params.get('box');
  const tab: Tab = TABS.find((one) => one === asked) ?? 'turn';
  const turns = useEngagements('turn');
  const count = turns.data?.pages.reduce((sum, page) => sum + page.items.length, 0);

  return (
    <Screen title={t('list.title')} back={paths.me}>
      <Tabs
        label={t('list.title')}
        tabs={TABS.map((one) => ({
          to: one === 'turn' ? paths.engagements() : paths.engagements(one),
          label: t(`list.${one}`),
          current: one === tab,
          count: one === 'turn' ? count : undefined,
        }))}
      />
      <Pages key={tab} box={tab} />
      {tab === 'turn' && <Waiting />}
    </Screen>
  );
}

function Pages({ box }: { box: Folder }) {
  const { t } = useTranslation(['engagement', 'common']);
  const now = useNow();
  const query = useEngagements(box);
  const rows = query.data?.pages.flatMap((page) => page.items) ?? [];
  if (query.isPending) return <SkeletonList />;
  if (query.isError) return <ProblemState error={query.error} onRetry={query.refetch} />;
  if (rows.length === 0) {
    return (
      <EmptyState title={t(box === 'turn' ? 'none.turn' : box === 'past' ? 'none.past' : 'none.upcoming')}>
        {box !== 'turn' && (
          <ButtonLink size="small" to={paths.search()}>
            {t('act.find')}
          </ButtonLink>
        )}
      </EmptyState>
    );
  }
  return (
    <Stack gap={0}>
      {box !== 'waiting' && (
        <h2>
          <Hidden>{t(`list.${box}`)}</Hidden>
        </h2>
      )}
      <Rows rows={rows} label={t(`list.${box}`)} now={now} />
      {query.hasNextPage && (
        <Button wide busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('common:act.more')}
        </Button>
      )}
    </Stack>
  );
}

/** Nothing that waits is no event. */
function Waiting() {
  const { t } = useTranslation('engagement');
  const query = useEngagements('waiting');
  const any = (query.data?.pages[0]?.items.length ?? 0) > 0;
  if (!any && !query.isError) return null;
  return (
    <Section title={t('list.waiting')}>
      <Pages box="waiting" />
    </Section>
  );
}
