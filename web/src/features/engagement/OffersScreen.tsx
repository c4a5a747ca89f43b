import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { api, ok } from '#/api/client/client.ts';
import type { Engagement, EngagementRow, Listing } from '#/api/types.ts';
import { isDefinite } from '#/api/problem/problem.ts';
import { keys } from '#/api/client/keys.ts';
import { queryClient } from '#/api/client/query.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useWrite } from '#/api/client/useWrite.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { PageTitle, Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { RadioRows } from '#/shared/ui/RadioRows.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Small, Stack } from '#/shared/ui/Stack.tsx';
import { toast } from '#/shared/ui/toastStore.ts';
import { useTermLabels } from './parts/useTermLabels.ts';
import { engagementChanged, useBusy, useOffers, useProposedTo } from './queries.ts';
import { clashOf } from './terms.ts';
import styles from './OffersScreen.module.css';

/** The offers of help for my need: I choose one, the others are told. */
export default function OffersScreen() {
  const { id = '' } = useParams();
  const { t } = useTranslation('engagement');
  const need = useProposedTo('need', id);
  const offers = useOffers(id);
  const here = paths.listing('need', id);
  const error = offers.error ?? need.error;
  if (need.data === undefined || offers.data === undefined) {
    return (
      <Screen title={t('offers.title')} back={here}>
        {error === null ? (
          <SkeletonPage />
        ) : (
          <ProblemState error={error} onRetry={() => Promise.all([need.refetch(), offers.refetch()])} />
        )}
      </Screen>
    );
  }
  return <Choice need={need.data} offers={offers.data.items} here={here} />;
}

function Choice({ need, offers, here }: { need: Listing; offers: EngagementRow[]; here: string }) {
  const { t } = useTranslation(['engagement', 'common']);
  const format = useFormat();
  const navigate = useNavigate();
  const now = useNow();
  const words = useTermLabels(now);
  const busy = useBusy(now);
  const [picked, setPicked] = useState<string | null>(null);
  const [pressed, setPressed] = useState(false);
  // One that has gone meanwhile is not chosen any more.
  const chosen = offers.find((offer) => offer.id === picked);
  const nameOf = (offer: EngagementRow) => offer.other.name ?? t('common:person.gone');

  const accept = useWrite({
    send: (offer: { id: string; version: number }, key) =>
      ok<Engagement>(
        api.POST('/api/core/engagements/{id}/accept', {
          params: { path: { id: offer.id }, header: { 'Idempotency-Key': key } },
          body: { terms_version: offer.version },
        }),
      ),
    onDone: (made) => {
      engagementChanged(made);
      toast(t('accepted'));
      void navigate(paths.engagement(made.id), { replace: true });
    },
    onRefused: (cause) =>
      isDefinite(cause) ? queryClient.invalidateQueries({ queryKey: keys.engagements }) : undefined,
  });

  if (offers.length === 0) {
    return (
      <Screen title={t('offers.title')} back={here}>
        <EmptyState
          title={
            need.state === 'open'
              ? t('offers.none', { day: format.shortDate(need.expires_at, now) })
              : t('offers.noneNow')
          }
        >
          <ButtonLink size="small" to={here}>
            {t('act.seeNeed')}
          </ButtonLink>
        </EmptyState>
      </Screen>
    );
  }
  const clash =
    chosen === undefined ? undefined : clashOf(chosen.terms.starts_at, chosen.terms.minutes, busy, chosen.id);

  return (
    <Screen
      title={t('offers.title')}
      heading="page"
      back={here}
      foot={
        <>
          <p className={styles.choice} aria-live="polite">
            {chosen === undefined ? t('offers.choose') : words.sentence(chosen.terms, need.region.name)}
          </p>
          <Button
            kind="main"
            wide
            busy={accept.isPending}
            onClick={() => {
              setPressed(true);
              if (chosen !== undefined) accept.mutate({ id: chosen.id, version: chosen.terms.version });
            }}
          >
            {chosen === undefined ? t('offers.send') : t('offers.sendTo', { name: nameOf(chosen) })}
          </Button>
        </>
      }
    >
      <PageTitle
        over={
          <Link className={styles.need} to={here}>
            {need.title}
          </Link>
        }
      >
        {t('offers.heading', { count: offers.length })}
      </PageTitle>
      <Stack gap={3}>
        <Small>{t('offers.note')}</Small>
        <RadioRows<string>
          legend={t('offers.title')}
          legendHidden
          name="offer"
          value={chosen?.id ?? null}
          onChange={setPicked}
          error={pressed && chosen === undefined ? t('offers.choose') : undefined}
          options={offers.map((offer) => ({
            value: offer.id,
            title: (
              <span className={styles.who}>
                <Avatar id={offer.other.id} name={nameOf(offer)} size={36} />
                <span>
                  {offer.other.name === null
                    ? nameOf(offer)
                    : t('common:person.name', { name: nameOf(offer) })}
                  <span className={styles.given}>
                    {[
                      offer.other.region?.name,
                      offer.other.given_count > 0
                        ? t('common:person.given', { count: offer.other.given_count })
                        : t('common:person.first'),
                    ]
                      .filter(Boolean)
                      .join(' · ')}
                  </span>
                </span>
              </span>
            ),
            note: words.sentence(offer.terms, need.region.name),
            extra: (
              <div className={styles.more}>
                <Small>
                  {offer.expires_at === null
                    ? ''
                    : t('note.expires', { time: format.soon(offer.expires_at, now) + format.zoneNote() })}
                </Small>
                <ButtonLink kind="text" size="small" to={paths.engagement(offer.id)}>
                  {t('offers.detail')}
                </ButtonLink>
              </div>
            ),
          }))}
        />
        {clash !== undefined && (
          <Card tone="kaki" role="status">
            {t('form.clash', {
              from: format.clock(clash.starts_at),
              to: format.clock(clash.ends_at) + format.zoneNote(),
            })}
          </Card>
        )}
        <ProblemLine error={accept.error} />
      </Stack>
    </Screen>
  );
}
