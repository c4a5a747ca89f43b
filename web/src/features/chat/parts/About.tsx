import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Engagement, Listing } from '#/api/types.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useListingTitle } from '#/shared/format/useListingTitle.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { paths } from '#/shared/paths.ts';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { HourRing, type RingState } from '#/shared/ui/HourRing.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import styles from './About.module.css';

/** What the conversation is about: a strip on top, or the right column. */
export function EngagementStrip({ engagement, who }: { engagement: Engagement; who: string }) {
  const { t } = useTranslation('common');
  const format = useFormat();
  const now = useNow();
  const { minutes, state } = ringOf(engagement);
  const { starts_at } = engagement.terms;
  const title = useListingTitle()(engagement.listing.title);
  return (
    <section className={styles.strip} aria-label={title}>
      <div className={styles.text}>
        <p className={styles.when}>
          <time dateTime={starts_at}>{format.soon(starts_at, now)}</time>
          {format.zoneNote()}
        </p>
        <StateLine engagement={engagement} who={who} />
      </div>
      <Door engagement={engagement} />
      <HourRing minutes={minutes} state={state} label={t(`ring.${state}`, { minutes })} />
    </section>
  );
}

/** Its room, so that the conversation below does not move when it comes. */
export function StripToCome() {
  return <div className={styles.strip} aria-hidden="true" />;
}

export function EngagementCard({ engagement, who }: { engagement: Engagement; who: string }) {
  const { t } = useTranslation('common');
  const format = useFormat();
  const now = useNow();
  const { minutes, state } = ringOf(engagement);
  const { terms, listing } = engagement;
  const title = useListingTitle()(listing.title);
  return (
    <section className={styles.card} aria-label={title}>
      <Card>
        <Stack gap={3}>
          <HourRing minutes={minutes} state={state} size={96} />
          <div>
            <h2>{title}</h2>
            <Small tone="pine">
              <time dateTime={terms.starts_at}>
                {format.soon(terms.starts_at, now)}
                {` · ${format.minutes(minutes)}${format.zoneNote()}`}
              </time>
            </Small>
            <Small>
              {[t(`mode.${terms.mode}`), terms.mode === 'online' ? '' : terms.place]
                .filter((part) => part !== '')
                .join(' · ')}
            </Small>
            <StateLine engagement={engagement} who={who} onlyState />
          </div>
          <Door engagement={engagement} />
        </Stack>
      </Card>
    </section>
  );
}

function Door({ engagement }: { engagement: Engagement }) {
  const { t } = useTranslation('chat');
  const { id, state, acts } = engagement;
  const tells = acts.includes('claim');
  return (
    <ButtonLink size="small" to={tells ? paths.outcome(id) : paths.engagement(id)}>
      {t(tells ? 'top.tell' : state === 'proposed' ? 'top.proposal' : 'top.engagement')}
    </ButtonLink>
  );
}

/** How it stands, or where it takes place. */
function StateLine({
  engagement,
  who,
  onlyState = false,
}: {
  engagement: Engagement;
  who: string;
  onlyState?: boolean;
}) {
  const { t } = useTranslation(['chat', 'common']);
  const format = useFormat();
  const { state, hold, acts, terms, result } = engagement;
  const mine = acts.some((act) => ['accept', 'claim', 'adjust', 'agree_did_not_take_place'].includes(act));
  const tone = mine ? 'kaki' : 'ink2';
  const waits = t(mine ? 'state.proposed.me' : 'state.proposed.other', { who });

  function words(): string {
    if (hold !== null) return t('state.on_hold');
    switch (state) {
      case 'proposed':
        return waits;
      case 'scheduled':
        if (onlyState) return '';
        return terms.mode === 'online' ? t('common:mode.online') : terms.place;
      case 'in_progress':
        return t('state.in_progress');
      case 'awaiting_outcome':
        return acts.includes('claim') ? t('state.tell') : waits;
      case 'completed':
        return t('state.completed', { minutes: format.minutes(result?.minutes ?? terms.minutes) });
      default:
        return t(`state.${state}`);
    }
  }
  const sentence = words();
  return sentence === '' ? null : <Small tone={tone}>{sentence}</Small>;
}

function ringOf({ state, hold, result, terms }: Engagement): { minutes: number; state: RingState } {
  const minutes = result?.minutes ?? terms.minutes;
  if (hold !== null) return { minutes, state: 'on_hold' };
  switch (state) {
    case 'proposed':
    case 'awaiting_outcome':
      return { minutes, state: 'wait' };
    case 'scheduled':
    case 'in_progress':
      return { minutes, state: 'agreed' };
    case 'completed':
      return { minutes, state: 'took_place' };
    default:
      return { minutes, state: 'did_not_take_place' };
  }
}

/** An inquiry: the listing, and the step from talking to a time. */
export function ListingStrip({ listing }: { listing: Listing }) {
  const { t } = useTranslation('chat');
  const format = useFormat();
  const open = listing.state === 'published' || listing.state === 'open';
  return (
    <section className={styles.strip} aria-label={listing.title}>
      <div className={styles.text}>
        <p className={styles.when}>
          <Link className={styles.listing} to={paths.listing(listing.kind, listing.id)}>
            {listing.title}
          </Link>
        </p>
        <Small>{t(open ? 'top.about' : 'top.ended')}</Small>
      </div>
      <Step listing={listing} open={open} />
      <HourRing minutes={listing.minutes} label={format.minutes(listing.minutes)} />
    </section>
  );
}

function Step({ listing, open }: { listing: Listing; open: boolean }) {
  const { t } = useTranslation('chat');
  if (listing.open_engagement_id !== null)
    return (
      <ButtonLink size="small" to={paths.engagement(listing.open_engagement_id)}>
        {t('top.engagement')}
      </ButtonLink>
    );
  if (listing.mine || !open) return null;
  return (
    <ButtonLink size="small" to={paths.propose(listing.kind, listing.id)}>
      {t(listing.kind === 'talent' ? 'top.propose' : 'top.help')}
    </ButtonLink>
  );
}
