import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useCards } from '#/api/client/useCards.ts';
import type { Conversation, MemberCard } from '#/api/types.ts';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useSession } from '#/api/session/useSession.ts';
import { useFormat } from '#/shared/format/useFormat.ts';
import { useNow } from '#/shared/format/useNow.ts';
import { paths } from '#/shared/paths.ts';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { Button, ButtonLink } from '#/shared/ui/Button.tsx';
import { SkeletonList } from '#/shared/ui/Skeleton.tsx';
import { EmptyState } from '#/shared/ui/States.tsx';
import { Hidden } from '#/shared/ui/Stack.tsx';
import { langOf } from '../langOf.ts';
import { useAllUnsent, useConversations } from '../queries.ts';
import { useSystemLabel } from '../labels.ts';
import { usePartyName } from '../usePartyName.ts';
import styles from './ConversationList.module.css';

/** All conversations, the last one that moved first; a page on a phone, the left pane where there is room. */
export function ConversationList({ current }: { current?: string }) {
  const { t } = useTranslation(['chat', 'common']);
  const now = useNow();
  const list = useConversations();
  const waiting = useAllUnsent();
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const about = (kind: 'talent' | 'need') =>
    rows.filter((row) => row.listing.kind === kind).map((row) => row.listing.id);
  const cards = useCards({
    members: rows.map((row) => row.other_id),
    talents: about('talent'),
    needs: about('need'),
  });

  if (list.isError && rows.length === 0) return <ProblemState error={list.error} onRetry={list.refetch} />;
  if (list.isPending || (rows.length > 0 && !cards.ready)) return <SkeletonList rows={6} />;
  if (rows.length === 0)
    return (
      <EmptyState title={t('list.empty')}>
        <ButtonLink size="small" to={paths.search()}>
          {t('list.find')}
        </ButtonLink>
      </EmptyState>
    );
  return (
    <>
      <ul role="list" aria-label={t('list.label')}>
        {rows.map((row) => (
          <Row
            key={row.id}
            row={row}
            now={now}
            current={row.id === current}
            card={cards.member(row.other_id)}
            title={(row.listing.kind === 'talent' ? cards.talent : cards.need)(row.listing.id)?.title}
            stuck={waiting.some((one) => one.conversation_id === row.id && (one.refused || one.unanswered))}
          />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button size="small" wide busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('common:act.more')}
        </Button>
      )}
    </>
  );
}

interface RowProps {
  row: Conversation;
  now: Date;
  current: boolean;
  card: MemberCard | undefined;
  title: string | undefined;
  /** Something of mine did not get through. */
  stuck: boolean;
}

function Row({ row, now, current, card, title, stuck }: RowProps) {
  const { t } = useTranslation('chat');
  const format = useFormat();
  const words = useSystemLabel(now);
  const me = useSession().account?.id ?? '';
  const who = usePartyName()(card);
  const { last, unread } = row;
  const preview = stuck
    ? t('list.unsent')
    : last === null
      ? t('list.start')
      : last.system !== null
        ? words(last.system, { me, who, listing: row.listing.kind, brief: true })
        : (last.text ?? '');
  const at = last?.at ?? row.opened_at;
  return (
    <li className={styles.row} data-unread={unread > 0} data-current={current}>
      <Avatar id={row.other_id} name={card?.name ?? '·'} />
      <div className={styles.text}>
        <p className={styles.head}>
          <Link
            className={styles.link}
            to={paths.conversation(row.id)}
            aria-current={current ? 'page' : undefined}
          >
            {who}
          </Link>
          {title !== undefined && <span className={styles.about}>{title}</span>}
        </p>
        <p
          className={styles.preview}
          data-bad={stuck}
          data-system={!stuck && last?.text === null}
          {...langOf(preview)}
        >
          {preview}
        </p>
      </div>
      <div className={styles.end}>
        <time dateTime={at}>{format.stamp(at, now)}</time>
        {unread > 0 && (
          <b className={styles.count}>
            <span aria-hidden="true">{unread > 99 ? '99+' : unread}</span>
            <Hidden>{t('list.unread', { count: unread })}</Hidden>
          </b>
        )}
      </div>
    </li>
  );
}
