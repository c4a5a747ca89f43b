import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { EngagementRow, ListingKind, Me } from '#/api/types.ts';
import { signupPath } from '#/api/session/next.ts';
import { BellLink } from '#/features/notification/index.ts';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useMe } from '#/api/client/useMe.ts';
import { Reaching } from '#/api/session/Reaching.tsx';
import { useSession } from '#/api/session/useSession.ts';
import { DemoAccounts } from '#/features/auth/index.ts';
import { choosePlace, PlaceSheet, usePlace } from '#/features/address/index.ts';
import { seoulDay } from '#/shared/format/time.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { useComposedValue } from '#/shared/ime/useComposedValue.ts';
import { PageTitle, Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { ButtonLink } from '#/shared/ui/Button.tsx';
import { Card } from '#/shared/ui/Card.tsx';
import { Chip, ChipRow } from '#/shared/ui/Chip.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { SkeletonList, SkeletonPage } from '#/shared/ui/Skeleton.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Section, Stack } from '#/shared/ui/Stack.tsx';
import { useSheet } from '#/shared/ui/useSheet.ts';
import { Listings } from '#/features/catalogue/index.ts';
import { MyTurn } from './parts/MyTurn.tsx';
import { NextAppointment } from './parts/NextAppointment.tsx';
import { SearchField } from './parts/SearchField.tsx';
import { useFew, useHasPosted, useMyTurn, useNextAppointment } from './queries.ts';
import { NOTHING, searchPath } from './desiredTerms.ts';
import styles from './HomeScreen.module.css';

const TALENTS = 6;
const NEEDS = 3;
const SHOWN_TURNS = 5;
/** So many more are asked for, because one's own are passed over. */
const OWN_AT_MOST = 3;

export default function HomeScreen() {
  const session = useSession();
  const me = useMe();
  if (session.status === 'visitor') return <VisitorHome />;
  if (me.data !== undefined) return <MemberHome me={me.data} />;
  if (session.status === 'unreachable') return <Unreachable />;
  return <Waiting error={me.error} retry={me.refetch} />;
}

function Waiting({ error, retry }: { error: unknown; retry: () => unknown }) {
  const { t } = useTranslation('search');
  return (
    <Screen title={t('home.title')} end={<BellLink />}>
      {error === null ? <SkeletonPage /> : <ProblemState error={error} onRetry={retry} />}
    </Screen>
  );
}

/** Whoever this is: what anybody may see, and nothing that a visitor alone is told. */
function Unreachable() {
  const { t } = useTranslation('search');
  return (
    <Screen title={t('home.title')}>
      <Reaching />
      <Near kind="talent" limit={TALENTS} />
    </Screen>
  );
}

function VisitorHome() {
  const { t } = useTranslation(['search', 'common']);
  const navigate = useNavigate();
  const input = useComposedValue();
  const place = usePlace();
  const sheet = useSheet('place');
  return (
    <Screen
      title={t('home.title')}
      heading="page"
      start={<b className={styles.brand}>dojob</b>}
      end={
        <ButtonLink kind="text" size="small" to={paths.login}>
          {t('common:act.login')}
        </ButtonLink>
      }
      aside={<Below />}
    >
      <PageTitle home>{t('home.visitor')}</PageTitle>
      <Stack>
        <SearchField
          input={input}
          placeholder={t('search.talents')}
          onSubmit={() => void navigate(searchPath({ q: input.text }))}
        />
        <ChipRow>
          <Chip opens on={place !== null} onClick={sheet.open}>
            {place?.name ?? t('filter.place')}
          </Chip>
        </ChipRow>
      </Stack>
      <Near kind="talent" limit={TALENTS} />
      <PlaceSheet onPick={choosePlace} />
    </Screen>
  );
}

function MemberHome({ me }: { me: Me }) {
  const { t } = useTranslation(['search', 'common']);
  const now = useNow();
  const sheet = useSheet('place');
  const place = usePlace();
  const turn = useMyTurn();
  const next = useNextAppointment();
  const turns = turn.data?.items ?? [];
  const appointment = next.data?.items[0];
  const quiet = turn.isSuccess && next.isSuccess && turns.length === 0 && appointment === undefined;
  const mayBeNew = quiet && me.given.count === 0 && me.received.count === 0;
  const posted = useHasPosted(mayBeNew);
  const newcomer = !me.complete || (mayBeNew && posted.data === false);
  const settled = (turn.isSuccess || turn.isError) && (next.isSuccess || next.isError);

  return (
    <Screen
      title={t('home.title')}
      heading="page"
      start={
        <button type="button" className={styles.place} aria-haspopup="dialog" onClick={sheet.open}>
          {place?.name ?? t('filter.place')}
          <Icon name="down" size={18} />
        </button>
      }
      end={<BellLink />}
      aside={<Below hidden={!settled} />}
    >
      {settled ? (
        <>
          <Headline name={me.name} turns={turns} appointment={appointment} now={now} />
          {newcomer && <FirstSteps me={me} />}
          {turns.length > 0 && (
            <Section
              title={t('turn.title')}
              end={
                turns.length > SHOWN_TURNS || (turn.data?.next ?? null) !== null ? (
                  <Link to={paths.engagements()}>{t('common:act.all')}</Link>
                ) : (
                  turns.length
                )
              }
            >
              <MyTurn rows={turns.slice(0, SHOWN_TURNS)} now={now} />
            </Section>
          )}
          {turn.isError && <ProblemState error={turn.error} onRetry={turn.refetch} />}
          {appointment !== undefined && (
            <Section
              title={t('next.title')}
              end={<Link to={paths.engagements('upcoming')}>{t('common:act.all')}</Link>}
            >
              <NextAppointment row={appointment} now={now} />
            </Section>
          )}
        </>
      ) : (
        <SkeletonPage />
      )}
      {/* Asked for at once, shown when it is known how much stands above. */}
      <div hidden={!settled}>
        <Near kind="talent" limit={TALENTS} />
      </div>
      <PlaceSheet onPick={choosePlace} />
    </Screen>
  );
}

interface HeadlineProps {
  name: string | null;
  turns: readonly EngagementRow[];
  appointment: EngagementRow | undefined;
  now: Date;
}

/** What matters most, as one sentence: an answer that is waited for, then today, then yesterday. */
function Headline({ name, turns, appointment, now }: HeadlineProps) {
  const { t } = useTranslation('search');
  const format = useFormat();
  const answers = turns.filter((row) => row.turn === 'answer').length;
  const who = name === null ? '' : t('home.to', { name });
  const today =
    appointment !== undefined && seoulDay(appointment.terms.starts_at) === seoulDay(now)
      ? t('home.today', {
          time: format.soon(appointment.terms.starts_at, now),
          name: appointment.other.name ?? '',
        })
      : null;
  const sentence =
    answers > 0
      ? t('home.answers', { count: answers })
      : (today ?? (turns.length > 0 ? t('home.outcome') : t('home.quiet')));
  // Without a name the sentence begins with its own first letter.
  return (
    <PageTitle home>
      {name === null ? sentence.charAt(0).toUpperCase() + sentence.slice(1) : who + sentence}
    </PageTitle>
  );
}

/** Two steps: a name and a 동, then a first hour. */
function FirstSteps({ me }: { me: Me }) {
  const { t } = useTranslation('search');
  return (
    <Card>
      <Stack>
        <b>{t('new.title')}</b>
        <ol className={styles.steps}>
          <li data-done={me.complete}>
            <span aria-hidden="true">{me.complete ? <Icon name="check" size={18} /> : '1'}</span>
            {t(me.complete ? 'new.placed' : 'new.place')}
          </li>
          <li>
            <span aria-hidden="true">2</span>
            {t('new.post')}
          </li>
        </ol>
        {me.complete ? (
          <ButtonLink kind="main" to={paths.postListing('talent')}>
            {t('act.postTalent')}
          </ButtonLink>
        ) : (
          <ButtonLink kind="main" to={signupPath(paths.home)}>
            {t('act.complete')}
          </ButtonLink>
        )}
      </Stack>
    </Card>
  );
}

/** What ends the home: the needs, and the people of the practice neighbourhood where there is one. */
function Below({ hidden = false }: { hidden?: boolean }) {
  return (
    <div hidden={hidden}>
      <Near kind="need" limit={NEEDS} />
      <div className={styles.practice}>
        <DemoAccounts />
      </div>
    </div>
  );
}

/** Around the 동 looked at; without one, the newest anywhere. */
function Near({ kind, limit }: { kind: ListingKind; limit: number }) {
  const { t } = useTranslation(['search', 'common']);
  const place = usePlace();
  const few = useFew(
    { ...NOTHING, kind, sort: place === null ? 'newest' : 'near' },
    place?.code ?? null,
    limit + OWN_AT_MOST,
  );
  // One's own is no news to oneself.
  const own = useSession().account?.id;
  const rows = (few.data?.items ?? []).filter((row) => row.by.id !== own).slice(0, limit);
  const title =
    kind === 'talent'
      ? t(place === null ? 'home.newTalents' : 'home.nearTalents')
      : t(place === null ? 'home.newNeeds' : 'home.nearNeeds');
  return (
    <Section title={title} end={<Link to={searchPath({ kind })}>{t('common:act.all')}</Link>}>
      {few.isPending && <SkeletonList rows={limit} />}
      {few.isError && <ProblemState error={few.error} onRetry={few.refetch} />}
      {few.isSuccess && rows.length === 0 && (
        <EmptyState
          title={
            place === null
              ? t('none.anywhere')
              : t(kind === 'talent' ? 'none.talentHere' : 'none.needHere', { place: place.name })
          }
        >
          <ButtonLink size="small" to={paths.postListing(kind)}>
            {t(kind === 'talent' ? 'act.postTalent' : 'act.postNeed')}
          </ButtonLink>
        </EmptyState>
      )}
      {rows.length > 0 && <Listings rows={rows} label={title} from={place?.code ?? null} />}
    </Section>
  );
}
