import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { Listing, ListingKind } from '#/api/types.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { usePlace } from '#/features/address/index.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { PageTitle, Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { Section, Small, Stack, Written } from '#/shared/ui/Stack.tsx';
import { WeekTimes } from '#/shared/ui/WeekTimes.tsx';
import { isOpen, ownerOf, useListing, useSimilar } from '../queries.ts';
import { Listings } from './Listings.tsx';
import { OwnerActions } from './OwnerActions.tsx';
import { useVisitorActions } from './VisitorActions.tsx';
import styles from './ListingPage.module.css';

/** One talent or one need: who, how long, when, roughly where, what to bring; then the one act. */
export function ListingPage({ kind }: { kind: ListingKind }) {
  const { id = '' } = useParams();
  const { t } = useTranslation('catalogue');
  const listing = useListing(kind, id);
  const title = t(`kind.${kind}`);
  if (listing.data !== undefined) return <Shown listing={listing.data} key={id} />;
  return (
    <Screen title={title} back={paths.search(kind === 'need' ? { kind } : {})}>
      {listing.isError ? <ProblemState error={listing.error} onRetry={listing.refetch} /> : <SkeletonPage />}
    </Screen>
  );
}

function Shown({ listing }: { listing: Listing }) {
  const { t } = useTranslation(['catalogue', 'common']);
  const format = useFormat();
  const now = useNow();
  const acts = useVisitorActions(listing);
  const owner = ownerOf(listing);
  const { kind } = listing;
  const name = owner.name ?? t('common:person.gone');
  const open = isOpen(listing);
  const over = `${t(`common:category.${listing.category}`)} · ${t(`common:mode.${listing.mode}`)}`;

  return (
    <Screen
      title={listing.title}
      heading="page"
      back={paths.search(kind === 'need' ? { kind } : {})}
      foot={listing.mine ? undefined : acts.foot}
      aside={<Similar listing={listing} />}
    >
      <PageTitle over={over}>{listing.title}</PageTitle>
      <Stack gap={3}>
        <PersonLine id={owner.id} name={owner.name ?? null} gone={owner.gone}>
          <Avatar id={owner.id} name={name} size={48} />
          <span className={styles.person}>
            <b>{owner.name === null ? name : t('common:person.name', { name })}</b>
            <Small>
              {[
                owner.region?.name,
                owner.given_count > 0
                  ? t('common:person.given', { count: owner.given_count })
                  : t('common:person.first'),
              ]
                .filter(Boolean)
                .join(' · ')}
            </Small>
          </span>
        </PersonLine>

        {!open && (
          <Card tone="kaki" role="status">
            {listing.mine ? t(`own.${listing.state}`) : t(kind === 'talent' ? 'ended.talent' : 'ended.need')}
          </Card>
        )}
        {listing.mine && <OwnerActions listing={listing} />}

        <Written>{listing.body}</Written>
        <Card row>
          <HourRing minutes={listing.minutes} size={56} />
          <div>
            <b>{t('listing.once', { minutes: format.minutes(listing.minutes) })}</b>
            <Small>
              {listing.bring === ''
                ? t('listing.bringNothing')
                : t('listing.bring', { bring: listing.bring })}
            </Small>
          </div>
        </Card>
      </Stack>
      <Section title={t('listing.times')}>
        <WeekTimes times={listing.times} />
      </Section>
      <Section title={t(listing.mode === 'online' ? 'listing.placeOnline' : 'listing.place')}>
        <Stack gap={0}>
          <p>{[listing.region.short, listing.region.name].filter(Boolean).join(' ')}</p>
          <Small>{t(listing.mode === 'online' ? 'listing.onlineNote' : 'listing.placeNote')}</Small>
        </Stack>
      </Section>
      {open && (kind === 'need' || listing.mine) && (
        <Section title={t('listing.until')}>
          <p>{t('listing.untilDay', { day: format.date(listing.expires_at, now) })}</p>
        </Section>
      )}
      <ProblemLine error={acts.error} />
    </Screen>
  );
}

/** A gone member has no page. */
function PersonLine({
  id,
  name,
  gone,
  children,
}: {
  id: string;
  name: string | null;
  gone: boolean;
  children: ReactNode;
}) {
  if (gone || name === null) return <div className={styles.owner}>{children}</div>;
  return (
    <Link className={styles.owner} to={paths.member(id)}>
      {children}
    </Link>
  );
}

/** In the right column, or under the page. Nothing similar is no event. */
function Similar({ listing }: { listing: Listing }) {
  const { t } = useTranslation('catalogue');
  const place = usePlace();
  const similar = useSimilar(listing.kind, listing.id);
  const rows = similar.data?.items ?? [];
  if (listing.mine || rows.length === 0) return null;
  const title = t(listing.kind === 'talent' ? 'similar.talents' : 'similar.needs');
  return (
    <Section title={title}>
      <Listings rows={rows} label={title} from={place?.code ?? null} />
    </Section>
  );
}
