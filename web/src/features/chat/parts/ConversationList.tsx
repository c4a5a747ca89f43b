import { createContext, Fragment, useContext, useState, type ReactElement, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
// Windows a page as well as a pane, measures what it draws, and needs no style attribute, which the CSP would refuse.
import {
  Virtualizer,
  WindowVirtualizer,
  type CustomContainerComponentProps,
  type CustomItemComponentProps,
} from 'virtua';
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

interface Props {
  current?: string;
  /** What scrolls, where it is not the page. */
  pane?: RefObject<HTMLElement | null>;
}

/** All conversations, the last one that moved first; a page on a phone, the left pane where there is room. */
export function ConversationList({ current, pane }: Props) {
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
      <Windowed
        rows={rows}
        more={list.hasNextPage}
        pane={pane}
        keep={rows.findIndex((row) => row.id === current)}
        draw={(row) => (
          <Row
            row={row}
            now={now}
            current={row.id === current}
            card={cards.member(row.other_id)}
            title={(row.listing.kind === 'talent' ? cards.talent : cards.need)(row.listing.id)?.title}
            stuck={waiting.some((one) => one.conversation_id === row.id && (one.refused || one.unanswered))}
          />
        )}
      />
      {list.hasNextPage && (
        <Button size="small" wide busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('common:act.more')}
        </Button>
      )}
    </>
  );
}

/** Of two lines of text; each row is measured when it is drawn. */
const ROW_PX = 76;
const BEYOND_PX = 800;

interface WindowedProps {
  rows: readonly Conversation[];
  /** There are more than these. */
  more: boolean;
  pane: RefObject<HTMLElement | null> | undefined;
  /** Stays although it is out of sight; -1: none. */
  keep: number;
  draw: (row: Conversation) => ReactElement;
}

/** Draws what is near the window only: of three hundred conversations some twenty. A screen reader is told of all. */
function Windowed({ rows, more, pane, keep, draw }: WindowedProps) {
  const { t } = useTranslation('chat');
  const [focused, setFocused] = useState(-1);
  const common = {
    as: List,
    item: Item,
    data: rows,
    itemSize: ROW_PX,
    bufferSize: BEYOND_PX,
    children: (row: Conversation) => <Fragment key={row.id}>{draw(row)}</Fragment>,
  };
  return (
    <Told value={{ label: t('list.label'), size: more ? -1 : rows.length, onFocus: setFocused }}>
      {pane === undefined ? (
        <WindowVirtualizer {...common} />
      ) : (
        <Virtualizer
          {...common}
          scrollRef={pane}
          keepMounted={[keep, focused].filter((index) => index >= 0)}
        />
      )}
    </Told>
  );
}

/** What the list says of itself; -1: nobody knows how many there are. */
const Told = createContext<{ label: string; size: number; onFocus: (index: number) => void }>({
  label: '',
  size: -1,
  onFocus: () => undefined,
});

/** `rest` places it: set by script, which the CSP allows, not as an attribute. */
function List({ children, ...rest }: CustomContainerComponentProps) {
  return (
    <ul role="list" aria-label={useContext(Told).label} {...rest}>
      {children}
    </ul>
  );
}

function Item({ index, children, ...rest }: CustomItemComponentProps) {
  const { size, onFocus } = useContext(Told);
  return (
    <li aria-posinset={index + 1} aria-setsize={size} onFocus={() => onFocus(index)} {...rest}>
      {children}
    </li>
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
        : (last.text ?? t('line.gone'));
  const at = last?.at ?? row.opened_at;
  return (
    <div className={styles.row} data-unread={unread > 0} data-current={current}>
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
    </div>
  );
}
