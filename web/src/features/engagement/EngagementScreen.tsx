import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import type { Engagement } from '#/api/types.ts';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useListingTitle } from '#/shared/format/useListingTitle.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { PageTitle, Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { Button, IconLink } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Diff, Terms } from '#/shared/ui/Diff.tsx';
import { HourRing } from '#/shared/ui/HourRing.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { Row, Small, Stack } from '#/shared/ui/Stack.tsx';
import { Actions } from './parts/Actions.tsx';
import { History } from './parts/History.tsx';
import { OutcomeSheet } from './parts/OutcomeSheet.tsx';
import { CancelSheet } from './parts/CancelSheet.tsx';
import { DeclineSheet } from './parts/DeclineSheet.tsx';
import { WithdrawSheet } from './parts/WithdrawSheet.tsx';
import { UnsentMessage } from './parts/UnsentMessage.tsx';
import { useStory } from './parts/useNotes.ts';
import { useTermLabels } from './parts/useTermLabels.ts';
import { useEngagement } from './queries.ts';
import { ringOf } from './story.ts';
import styles from './EngagementScreen.module.css';

export default function EngagementScreen() {
  const { id = '' } = useParams();
  const { t } = useTranslation('engagement');
  const engagement = useEngagement(id);
  // What lay in the cache was not read by anybody: the first answer is what the person sees.
  const settled = engagement.isFetchedAfterMount || !engagement.isFetching;
  if (engagement.data !== undefined && settled) return <Shown key={id} e={engagement.data} />;
  return (
    <Screen title={t('one.title')} back={paths.engagements()}>
      {engagement.isError ? (
        <ProblemState error={engagement.error} onRetry={engagement.refetch} />
      ) : (
        <SkeletonPage />
      )}
    </Screen>
  );
}

/** One sentence, one next act, one timeline. */
function Shown({ e }: { e: Engagement }) {
  const { t } = useTranslation(['engagement', 'common']);
  const now = useNow(30_000);
  const words = useTermLabels(now);
  const { sentence, notes } = useStory(e, now);
  // The terms that stand on the screen; others that arrive are shown against them first.
  const [read, setRead] = useState(e.terms);
  const [first] = useState(e.state);
  const stale = e.state === 'proposed' && e.terms.version !== read.version;
  const before = stale ? read : e.state === 'proposed' ? e.previous_terms : null;
  const name = e.other.name ?? t('common:person.gone');
  const ring = ringOf(e);
  const completed = e.state === 'completed';
  const title = useListingTitle()(e.listing.title);

  return (
    <Screen
      title={title}
      heading="page"
      back={paths.engagements()}
      end={
        <IconLink to={paths.conversation(e.conversation_id)} label={t('act.chat')}>
          <Icon name="chat" />
        </IconLink>
      }
      aside={<History e={e} now={now} />}
    >
      <PageTitle
        over={
          <Link className={styles.listing} to={paths.listing(e.listing.kind, e.listing.id)}>
            {title}
          </Link>
        }
      >
        {sentence}
      </PageTitle>
      <Stack gap={3}>
        <Row between>
          <Person e={e} name={name} />
          {!completed && (
            <HourRing
              minutes={ring.minutes}
              state={ring.state}
              size={56}
              label={t(`common:ring.${ring.state}`, { minutes: ring.minutes })}
            />
          )}
        </Row>
        <UnsentMessage conversation={e.conversation_id} />
        {completed && (
          <Card tone="pine" row role="status">
            <HourRing
              minutes={ring.minutes}
              state="took_place"
              size={96}
              celebrate={first !== 'completed'}
              label={t('common:ring.took_place', { minutes: ring.minutes })}
            />
            <div>
              {notes.map((note) => (
                <p key={note}>{note}</p>
              ))}
            </div>
          </Card>
        )}
        {stale && (
          <Card tone="kaki" role="alert">
            <Stack>
              <b>{t('stale.title')}</b>
              <Button size="small" onClick={() => setRead(e.terms)}>
                {t('stale.read')}
              </Button>
            </Stack>
          </Card>
        )}
        <Card flush={before !== null}>
          {before === null ? (
            <Terms lines={words.lines(e.terms)} />
          ) : (
            <Diff
              lines={words.diff(before, e.terms)}
              before={
                stale ? t('diff.before') : e.terms_by === 'me' ? t('diff.theirs', { name }) : t('diff.mine')
              }
              now={e.terms_by === 'me' ? t('diff.mine') : t('diff.new')}
            />
          )}
        </Card>
        {e.acts.includes('accept') && (
          <Mark tone={e.overlap ? 'kaki' : 'pine'}>{t(e.overlap ? 'overlap.yes' : 'overlap.no')}</Mark>
        )}
        {!completed && notes.length > 0 && (
          <Stack gap={0}>
            {notes.map((note) => (
              <Small key={note}>{note}</Small>
            ))}
          </Stack>
        )}
        <Actions e={e} stale={stale} />
      </Stack>
      <OutcomeSheet e={e} now={now} />
      <DeclineSheet e={e} />
      <CancelSheet e={e} now={now} />
      <WithdrawSheet e={e} />
    </Screen>
  );
}

function Mark({ tone, children }: { tone: 'pine' | 'kaki'; children: ReactNode }) {
  return (
    <Card tone={tone}>
      <b className={styles.mark} data-tone={tone}>
        <Icon name={tone === 'pine' ? 'check' : 'alert'} size={20} />
        {children}
      </b>
    </Card>
  );
}

/** A gone member has no page. */
function Person({ e, name }: { e: Engagement; name: string }) {
  const { t } = useTranslation('common');
  const { other } = e;
  const content = (
    <>
      <Avatar id={other.id} name={name} size={48} />
      <span className={styles.lines}>
        <b>{other.name === null ? name : t('person.name', { name })}</b>
        <Small>
          {[
            other.region?.name,
            other.given_count > 0 ? t('person.given', { count: other.given_count }) : t('person.first'),
          ]
            .filter(Boolean)
            .join(' · ')}
        </Small>
      </span>
    </>
  );
  if (other.gone || other.name === null) return <div className={styles.person}>{content}</div>;
  return (
    <Link className={styles.person} to={paths.member(other.id)}>
      {content}
    </Link>
  );
}
