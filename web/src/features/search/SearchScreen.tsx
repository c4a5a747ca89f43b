import { useEffect, useEffectEvent, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { usePlace } from '#/features/address/index.ts';
import { useComposedValue } from '#/shared/ime/useComposedValue.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { useWide } from '#/shared/nav/useWide.ts';
import { paths } from '#/shared/paths.ts';
import { Button, ButtonLink, ButtonRow } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { SelectChip } from '#/shared/ui/Chip.tsx';
import { SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { Tabs } from '#/shared/ui/Tabs.tsx';
import { FilterChips, FilterColumn, useReachLabel } from './parts/Filters.tsx';
import { Listings } from '#/features/catalogue/index.ts';
import { NothingFound } from './parts/NothingFound.tsx';
import { SearchField } from './parts/SearchField.tsx';
import { useRegion, useSearch } from './queries.ts';
import {
  readDesiredTerms,
  searchPath,
  SORTS,
  wider,
  desiredTermsParams,
  type DesiredTerms,
} from './desiredTerms.ts';
import styles from './SearchScreen.module.css';

/** Typing comes to rest before the address and the list follow; half syllables are searched, too. */
const REST_MS = 180;

export default function SearchScreen() {
  const { t } = useTranslation(['search', 'common']);
  const wide = useWide();
  const [params, setParams] = useSearchParams();
  const desired = readDesiredTerms(params);
  const looked = usePlace();
  const linked = useRegion(desired.region === looked?.code ? null : desired.region);
  // A link may name an unknown 동: then the search starts from the visitor's own.
  const place =
    desired.region === null || desired.region === looked?.code || linked.isError
      ? looked
      : { code: desired.region, name: linked.data?.name ?? '' };
  const search = useSearch(desired, place?.code ?? null);
  const reachLabel = useReachLabel();

  /** A changed filter takes the place of the page in the history: back leaves the search, not each tap of it. */
  function change(part: Partial<DesiredTerms>): void {
    const next = desiredTermsParams({ ...desired, ...part });
    const sheet = params.get('sheet');
    if (sheet !== null) next.set('sheet', sheet);
    setParams(next, { replace: true, preventScrollReset: true });
  }

  const input = useTyped(desired.q, (q) => change({ q }));
  const first = search.data?.pages[0];
  const rows = search.data?.pages.flatMap((page) => page.items) ?? [];
  const stale = search.isPlaceholderData || input.text.trim() !== desired.q.trim();
  const reached =
    first === undefined || desired.mode === 'online'
      ? null
      : first.reach.km === null
        ? place === null
          ? null
          : reachLabel('all')
        : t('reach.km', { km: first.reach.km });
  const filters = { desired, onDesired: change, place, reached };
  const more = wider(first?.reach.km ?? null);

  return (
    <Screen
      title={t('search.title')}
      heading="page"
      start={
        <div className={styles.field}>
          <SearchField
            input={input}
            placeholder={t(desired.kind === 'talent' ? 'search.talents' : 'search.needs')}
            onSubmit={() => change({ q: input.text })}
          />
        </div>
      }
      aside={wide ? <FilterColumn {...filters} /> : undefined}
      asideBelow="none"
    >
      <h1 className={styles.hidden} tabIndex={-1}>
        {t('search.title')}
      </h1>
      {!wide && <FilterChips {...filters} />}
      <Tabs
        label={t('search.kinds')}
        tabs={(['talent', 'need'] as const).map((kind) => ({
          to: searchPath({ ...desired, kind }),
          label: t(`kind.${kind}`),
          current: kind === desired.kind,
        }))}
        end={
          <SelectChip
            bare
            label={t('sort.label')}
            value={desired.sort}
            options={SORTS.map((value) => ({ value, label: t(`sort.${value}`) }))}
            onChange={(sort) => change({ sort })}
          />
        }
      />
      <div role="status" className={styles.hidden}>
        {search.isSuccess && !stale ? t('search.shown', { count: rows.length }) : ''}
      </div>
      {first?.reach.grown === true && first.reach.km !== null && rows.length > 0 && reached !== null && (
        <div className={styles.note}>
          <Small>{t('reach.grown', { reach: reached })}</Small>
        </div>
      )}
      {rows.length > 0 && <h2 className={styles.hidden}>{t('search.results')}</h2>}
      {search.isPending && <SkeletonList />}
      {search.isError && <ProblemState error={search.error} onRetry={search.refetch} />}
      {search.isSuccess && rows.length === 0 && input.calm && !stale && !search.isFetching && (
        <NothingFound desired={desired} relax={first?.relax ?? []} onDesired={change} place={place} />
      )}
      {rows.length > 0 && (
        <Stack gap={3}>
          <Listings rows={rows} label={t(`kind.${desired.kind}`)} from={place?.code ?? null} />
          {search.hasNextPage ? (
            <More
              busy={search.isFetchingNextPage}
              failed={search.isFetchNextPageError}
              onMore={() => void search.fetchNextPage()}
            />
          ) : (
            <Card tone="dashed">
              <Stack>
                <b>{t(desired.kind === 'talent' ? 'end.talent' : 'end.need')}</b>
                <ButtonRow>
                  {more !== null && desired.mode !== 'online' && place !== null && (
                    <Button size="small" onClick={() => change({ reach: more })}>
                      {more === 'all' ? t('end.all') : t('end.wider', { reach: reachLabel(more) })}
                    </Button>
                  )}
                  <ButtonLink
                    size="small"
                    to={paths.postListing(desired.kind === 'talent' ? 'need' : 'talent')}
                  >
                    {t(desired.kind === 'talent' ? 'act.postNeed' : 'act.postTalent')}
                  </ButtonLink>
                </ButtonRow>
              </Stack>
            </Card>
          )}
        </Stack>
      )}
    </Screen>
  );
}

/** The field and the address: typing moves the address after a rest, going back moves the field. */
function useTyped(q: string, onRest: (q: string) => void) {
  const input = useComposedValue(q);
  const submitted = useRef(q);
  const rest = useEffectEvent((text: string) => {
    if (text.trim() === submitted.current.trim()) return;
    submitted.current = text;
    onRest(text);
  });
  const follow = useEffectEvent((q: string) => {
    if (q === submitted.current.trim() || q === submitted.current) return;
    submitted.current = q;
    input.set(q);
  });

  useEffect(() => {
    const timer = setTimeout(() => rest(input.text), REST_MS);
    return () => clearTimeout(timer);
  }, [input.text]);
  useEffect(() => follow(q), [q]);
  return input;
}

/** Comes by itself near the end of the list; the button is for who does not scroll, and for a second try. */
function More({ busy, failed, onMore }: { busy: boolean; failed: boolean; onMore: () => void }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const near = useEffectEvent(() => {
    if (!busy && !failed) onMore();
  });

  useEffect(() => {
    const node = box.current;
    if (node === null) return undefined;
    const watch = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) near();
      },
      { rootMargin: '600px' },
    );
    watch.observe(node);
    return () => watch.disconnect();
    // Each answer asks again: a short page may leave the end in sight.
  }, [busy]);

  return (
    <div ref={box}>
      <Button wide size="small" busy={busy} onClick={onMore}>
        {t('act.more')}
      </Button>
    </div>
  );
}
