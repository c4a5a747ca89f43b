import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCards } from '#/api/client/useCards.ts';
import type { Notice } from '#/api/types.ts';
import { ProblemLine } from '#/api/problem/ProblemLine.tsx';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { paths } from '#/shared/paths.ts';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { Button } from '#/shared/ui/Button.tsx';
import { Icon } from '#/shared/ui/Icon.tsx';
import { SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Hidden, Small } from '#/shared/ui/Stack.tsx';
import { markAllRead, markRead, useNotices } from './queries.ts';
import { factsOf, pathOf, type Facts } from './noticeFacts.ts';
import styles from './InboxScreen.module.css';

export default function InboxScreen() {
  const { t } = useTranslation(['notification', 'common']);
  const now = useNow();
  const list = useNotices();
  const notices = list.data?.pages.flatMap((page) => page.items) ?? [];
  const facts = notices.map(factsOf);
  const of = (pick: (facts: Facts) => string | null) => facts.map(pick).filter((id) => id !== null);
  const cards = useCards({
    members: of((f) => f.other),
    talents: of((f) => f.talent),
    needs: of((f) => f.need),
  });
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const newest = notices[0];
  const unread = notices.some((notice) => notice.read_at === null);

  async function readAll(): Promise<void> {
    if (newest === undefined) return;
    setBusy(true);
    setError(null);
    await markAllRead(newest.id).catch(setError);
    setBusy(false);
  }

  return (
    <Screen
      title={t('inbox.title')}
      back={paths.home}
      end={
        unread && (
          <Button kind="text" size="small" busy={busy} onClick={() => void readAll()}>
            {t('inbox.readAll')}
          </Button>
        )
      }
    >
      <ProblemLine error={error} />
      {list.isError && <ProblemState error={list.error} onRetry={list.refetch} />}
      {list.isSuccess && notices.length === 0 && <EmptyState title={t('inbox.empty')} />}
      {cards.ready && (
        <ul role="list" className={styles.list}>
          {notices.map((notice, index) => {
            const about = facts[index];
            if (about === undefined) return null;
            const member = about.other === null ? undefined : cards.member(about.other);
            const title =
              (about.talent === null ? undefined : cards.talent(about.talent)?.title) ??
              (about.need === null ? undefined : cards.need(about.need)?.title);
            return (
              <Row
                key={notice.id}
                notice={notice}
                facts={about}
                name={member?.name ?? null}
                title={title ?? null}
                now={now}
              />
            );
          })}
        </ul>
      )}
      {(list.isPending || (!cards.ready && notices.length > 0)) && <SkeletonList rows={6} />}
      {/* Not before the rows: it would jump from the top to the end. */}
      {cards.ready && list.hasNextPage && (
        <Button size="small" wide busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('common:act.more')}
        </Button>
      )}
    </Screen>
  );
}

interface RowProps {
  notice: Notice;
  facts: Facts;
  name: string | null;
  title: string | null;
  now: Date;
}

function Row({ notice, facts, name, title, now }: RowProps) {
  const { t, i18n } = useTranslation(['notification', 'common']);
  const format = useFormat();
  const unread = notice.read_at === null;
  const who = name === null ? t('common:person.gone') : t('common:person.name', { name });
  const key = keyOf(notice, facts);
  const words = {
    who,
    minutes: facts.minutes === null ? '' : format.minutes(facts.minutes),
    time: facts.startsAt === null ? '' : format.soon(facts.startsAt, now),
    until: facts.answerBy === null ? '' : format.shortDate(facts.answerBy, now),
  };
  const sentence = i18n.exists(`notification:${key}`)
    ? // Keys come from the server; a test holds one text against each.
      t(key as 'notice.other', words)
    : t('notice.other');
  return (
    <li className={styles.row} data-unread={unread}>
      {facts.other === null ? (
        <span className={styles.icon}>
          <Icon name={notice.category === 'security' ? 'me' : 'bell'} size={22} />
        </span>
      ) : (
        <Avatar id={facts.other} name={name ?? '·'} />
      )}
      <div className={styles.text}>
        <h2 className={styles.sentence}>
          <Link
            className={styles.link}
            to={pathOf(notice, facts)}
            onClick={() => {
              // Seeing it is what counts; a lost answer only leaves it bold.
              if (unread) markRead(notice.id).catch(() => undefined);
            }}
          >
            {unread && <Hidden>{t('inbox.unread')} </Hidden>}
            {sentence}
          </Link>
        </h2>
        <Small>
          {title !== null && `${title} · `}
          <time dateTime={notice.created_at}>{format.ago(notice.created_at, now)}</time>
        </Small>
      </div>
    </li>
  );
}

/** Some keys have several texts, chosen by their parameters. */
function keyOf(notice: Notice, facts: Facts): string {
  if (notice.key === 'engagement.reminder') return `notice.engagement.reminder.${facts.lead ?? 'soon'}`;
  if (notice.key === 'engagement.question')
    return `notice.engagement.question.${facts.question ?? 'how_long'}`;
  if (notice.key === 'engagement.proposed')
    return facts.need === null ? 'notice.engagement.proposed' : 'notice.engagement.offered';
  return `notice.${notice.key}`;
}
