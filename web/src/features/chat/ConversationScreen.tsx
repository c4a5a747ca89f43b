import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useCards } from '#/api/client/useCards.ts';
import type { Conversation, MemberCard } from '#/api/types.ts';
import { ProblemState } from '#/api/problem/ProblemState.tsx';
import { useSession } from '#/api/session/useSession.ts';
import { useListingTitle } from '#/shared/format/useListingTitle.ts';
import { Screen } from '#/shared/nav/Screen.tsx';
import { useLineAtOnce } from '#/shared/nav/firstScreen.ts';
import { useWide } from '#/shared/nav/useWide.ts';
import { paths } from '#/shared/paths.ts';
import { Avatar } from '#/shared/ui/Avatar.tsx';
import { Bone, Loading } from '#/shared/ui/Skeleton.tsx';
import { EngagementCard, EngagementStrip, ListingStrip, StripToCome } from './parts/About.tsx';
import { Pane } from './parts/Pane.tsx';
import { Thread } from './parts/Thread.tsx';
import { useConversation, useEngagement, useListing, useThread } from './queries.ts';
import { usePartyName } from './usePartyName.ts';
import styles from './ConversationScreen.module.css';

/** One conversation: what it is about, the messages, and the field to write in. */
export default function ConversationScreen() {
  useLineAtOnce();
  const { id = '' } = useParams();
  const { t } = useTranslation('chat');
  const conversation = useConversation(id);
  const thread = useThread(id);
  const { data } = conversation;
  const wide = useWide();
  const about = useEngagement(data?.engagement_id ?? '', typeof data?.engagement_id === 'string');
  const engagement = about.data;
  const cards = useCards(data === undefined ? {} : { members: [data.other_id] });
  const card = data === undefined ? undefined : cards.member(data.other_id);
  const who = usePartyName()(card);
  const titleOf = useListingTitle();
  const named = engagement === undefined ? undefined : titleOf(engagement.listing.title);
  const known = data !== undefined && cards.ready && card !== undefined;
  const title = known ? who : t('one.title');

  return (
    <Screen
      title={title}
      // The list stands beside it where there is room.
      {...(wide ? {} : { back: paths.conversations })}
      fill
      pane={<Pane current={id} />}
      asideBelow="none"
      {...(known ? { start: <Person card={card} who={who} about={named} /> } : {})}
      {...(engagement === undefined ? {} : { aside: <EngagementCard engagement={engagement} who={who} /> })}
    >
      {conversation.isError && data === undefined ? (
        <div className={styles.wrong}>
          <ProblemState error={conversation.error} onRetry={conversation.refetch} />
        </div>
      ) : known ? (
        <>
          {!wide && about.isLoading && <StripToCome />}
          {!wide && engagement !== undefined && <EngagementStrip engagement={engagement} who={who} />}
          {data.kind === 'inquiry' && <Inquiry conversation={data} />}
          <Talk key={id} conversation={data} thread={thread} who={who} gone={card?.gone ?? false} />
        </>
      ) : (
        <Waiting />
      )}
    </Screen>
  );
}

function Person({ card, who, about }: { card: MemberCard; who: string; about: string | undefined }) {
  const { t } = useTranslation('common');
  const inside = (
    <>
      <Avatar id={card.id} name={card.name ?? '·'} size={36} />
      <span className={styles.names}>
        <h1 tabIndex={-1}>{who}</h1>
        <span className={styles.about}>
          {about ??
            [
              card.region?.name,
              card.given_count > 0 ? t('person.given', { count: card.given_count }) : t('person.first'),
            ]
              .filter(Boolean)
              .join(' · ')}
        </span>
      </span>
    </>
  );
  // A gone member has no page.
  if (card.gone || card.name === null) return <div className={styles.person}>{inside}</div>;
  return (
    <Link className={styles.person} to={paths.member(card.id)}>
      {inside}
    </Link>
  );
}

function Inquiry({ conversation }: { conversation: Conversation }) {
  const { kind, id } = conversation.listing;
  const listing = useListing(kind, id, true).data;
  return listing === undefined ? null : <ListingStrip listing={listing} />;
}

interface TalkProps {
  conversation: Conversation;
  thread: ReturnType<typeof useThread>;
  who: string;
  /** The other one leaves, or has left. */
  gone: boolean;
}

function Talk({ conversation, thread, who, gone }: TalkProps) {
  const me = useSession().account?.id ?? '';
  if (thread.data !== undefined)
    return <Thread conversation={conversation} thread={thread.data} me={me} who={who} gone={gone} />;
  if (!thread.isError) return <Waiting />;
  return (
    <div className={styles.wrong}>
      <ProblemState error={thread.error} onRetry={thread.refetch} />
    </div>
  );
}

/** Bubbles that are about to be there. */
function Waiting() {
  return (
    <div className={styles.waiting}>
      <Loading>
        <Bone shape="button" width="half" />
        <Bone shape="button" width="long" />
        <Bone shape="button" width="short" />
      </Loading>
    </div>
  );
}
