//! Conversations, who takes part in them, and how far each has read.

use chrono::{DateTime, Utc};
use common::db::{Tx, prepared};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::messages::{Message, MessageRow};
use crate::schema::{conversation, participant};

/// A conversation with what one of its participants needs of it.
pub(crate) struct ConversationRow {
    pub id: Uuid,
    pub kind: String,
    pub engagement_id: Option<Uuid>,
    pub listing_kind: String,
    pub listing_id: Uuid,
    pub participants: Vec<Uuid>,
    pub last_seq: i64,
    pub last_at: DateTime<Utc>,
    pub opened_at: DateTime<Utc>,
    pub read_seq: i64,
    pub other_id: Uuid,
    pub other_read_seq: i64,
    pub unread: i64,
    pub last: Option<MessageRow>,
}

/// A conversation that an event of core mentions.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    pub id: Uuid,
    /// Absent: an inquiry does.
    pub engagement_id: Option<Uuid>,
    pub listing_kind: String,
    pub listing_id: Uuid,
    pub participants: [Uuid; 2],
    pub at: DateTime<Utc>,
}

/// Makes sure of the conversation; true when it is new. It was opened when the earliest event that mentions it
/// happened, and shows the latest engagement, in whatever order they arrive.
pub(crate) async fn open(tx: &mut Tx<'_>, o: &Opening) -> QueryResult<bool> {
    let made = diesel::insert_into(conversation::table)
        .values((
            conversation::id.eq(o.id),
            conversation::kind.eq(if o.engagement_id.is_some() { "engagement" } else { "inquiry" }),
            conversation::engagement_id.eq(o.engagement_id),
            conversation::listing_kind.eq(&o.listing_kind),
            conversation::listing_id.eq(o.listing_id),
            conversation::participants.eq(o.participants.to_vec()),
            conversation::last_at.eq(o.at),
            conversation::opened_at.eq(o.at),
        ))
        .on_conflict_do_nothing()
        .execute(tx)
        .await?;
    if made == 0 {
        diesel::update(conversation::table.find(o.id).filter(conversation::opened_at.gt(o.at)))
            .set(conversation::opened_at.eq(o.at))
            .execute(tx)
            .await?;
        if let Some(engagement) = o.engagement_id {
            // Ids of engagements rise with time.
            let shown = conversation::engagement_id;
            diesel::update(conversation::table.find(o.id).filter(shown.is_null().or(shown.lt(engagement))))
                .set((conversation::kind.eq("engagement"), shown.eq(engagement)))
                .execute(tx)
                .await?;
        }
        return Ok(false);
    }
    for account in o.participants {
        diesel::insert_into(participant::table)
            .values((participant::conversation_id.eq(o.id), participant::account_id.eq(account)))
            .execute(tx)
            .await?;
    }
    Ok(true)
}

/// `(read_seq, last_seq)` of a participant.
pub(crate) async fn cursor(
    c: &mut AsyncPgConnection,
    conversation_id: Uuid,
    account_id: Uuid,
) -> QueryResult<Option<(i64, i64)>> {
    participant::table
        .inner_join(conversation::table)
        .filter(participant::conversation_id.eq(conversation_id))
        .filter(participant::account_id.eq(account_id))
        .select((participant::read_seq, conversation::last_seq))
        .first(c)
        .await
        .optional()
}

/// Moves a cursor forward; `(version, participants)` if it moved.
pub(crate) async fn move_cursor(
    tx: &mut Tx<'_>,
    conversation_id: Uuid,
    account_id: Uuid,
    seq: i64,
) -> QueryResult<Option<(i64, Vec<Uuid>)>> {
    let versioned = diesel::update(conversation::table.find(conversation_id))
        .set(conversation::version.eq(conversation::version + 1))
        .returning((conversation::version, conversation::participants))
        .get_result::<(i64, Vec<Uuid>)>(tx)
        .await?;
    let moved = diesel::update(participant::table.find((conversation_id, account_id)))
        .filter(participant::read_seq.lt(seq))
        .set(participant::read_seq.eq(seq))
        .execute(tx)
        .await?;
    Ok((moved == 1).then_some(versioned))
}

#[derive(QueryableByName)]
struct Listed {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    engagement_id: Option<Uuid>,
    #[diesel(sql_type = Text)]
    listing_kind: String,
    #[diesel(sql_type = SqlUuid)]
    listing_id: Uuid,
    #[diesel(sql_type = Array<SqlUuid>)]
    participants: Vec<Uuid>,
    #[diesel(sql_type = BigInt)]
    last_seq: i64,
    #[diesel(sql_type = Timestamptz)]
    last_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    opened_at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    read_seq: i64,
    #[diesel(sql_type = SqlUuid)]
    other_id: Uuid,
    #[diesel(sql_type = BigInt)]
    other_read_seq: i64,
    #[diesel(sql_type = BigInt)]
    unread: i64,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    message_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    author_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<Text>)]
    body: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    system_key: Option<String>,
    #[diesel(sql_type = Nullable<Jsonb>)]
    params: Option<Value>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    message_at: Option<DateTime<Utc>>,
}

/// What lies behind a cursor and is not one's own. An index range that ends at the newest message: as many rows as
/// are unread, and the few that one wrote in between.
macro_rules! unread {
    () => {
        "(SELECT count(*) FROM message u WHERE u.conversation_id = c.id AND u.seq > mine.read_seq \
           AND u.author_id IS DISTINCT FROM mine.account_id)"
    };
}

const LISTED: &str = concat!(
    "SELECT c.id, c.kind, coalesce(c.engagement_id, CASE c.kind WHEN 'engagement' THEN c.id END) AS engagement_id, \
       c.listing_kind, c.listing_id, c.participants, c.last_seq, c.last_at, c.opened_at, \
       mine.read_seq, other.account_id AS other_id, other.read_seq AS other_read_seq, ",
    unread!(),
    " AS unread, m.id AS message_id, m.author_id, m.body, m.system_key, m.params, m.at AS message_at \
     FROM participant mine JOIN conversation c ON c.id = mine.conversation_id \
     JOIN participant other ON other.conversation_id = c.id AND other.account_id <> mine.account_id \
     LEFT JOIN message m ON m.conversation_id = c.id AND m.seq = c.last_seq \
     WHERE mine.account_id = $1 "
);

impl From<Listed> for ConversationRow {
    fn from(l: Listed) -> Self {
        let last = l.message_id.zip(l.message_at).map(|(id, at)| MessageRow {
            seq: l.last_seq,
            message: Message {
                conversation_id: l.id,
                id,
                author_id: l.author_id,
                client_id: None,
                body: l.body,
                system_key: l.system_key,
                params: l.params,
                at,
            },
        });
        Self {
            id: l.id,
            kind: l.kind,
            engagement_id: l.engagement_id,
            listing_kind: l.listing_kind,
            listing_id: l.listing_id,
            participants: l.participants,
            last_seq: l.last_seq,
            last_at: l.last_at,
            opened_at: l.opened_at,
            read_seq: l.read_seq,
            other_id: l.other_id,
            other_read_seq: l.other_read_seq,
            unread: l.unread,
            last,
        }
    }
}

/// The conversations of an account, last activity first, behind `after`. Sorted each time: a person has some
/// hundreds at most, and an index on the activity would be rewritten by every message.
pub(crate) async fn list(
    c: &mut AsyncPgConnection,
    account_id: Uuid,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> QueryResult<Vec<ConversationRow>> {
    let (at, id) = after.unzip();
    let query = diesel::sql_query(format!(
        "{LISTED} AND ($2 IS NULL OR (c.last_at, c.id) < ($2, $3)) ORDER BY c.last_at DESC, c.id DESC LIMIT $4"
    ))
    .bind::<SqlUuid, _>(account_id)
    .bind::<Nullable<Timestamptz>, _>(at)
    .bind::<Nullable<SqlUuid>, _>(id)
    .bind::<BigInt, _>(limit);
    let rows = prepared(query).load::<Listed>(c).await?;
    Ok(rows.into_iter().map(ConversationRow::from).collect())
}

/// One conversation, if it is this account's.
pub(crate) async fn get(
    c: &mut AsyncPgConnection,
    account_id: Uuid,
    conversation_id: Uuid,
) -> QueryResult<Option<ConversationRow>> {
    let query = diesel::sql_query(format!("{LISTED} AND c.id = $2"))
        .bind::<SqlUuid, _>(account_id)
        .bind::<SqlUuid, _>(conversation_id);
    let row = prepared(query).get_result::<Listed>(c).await.optional()?;
    Ok(row.map(ConversationRow::from))
}

#[derive(QueryableByName)]
pub(crate) struct Unread {
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    #[diesel(sql_type = BigInt)]
    pub conversations: i64,
}

/// Unread messages of an account, and in how many conversations.
pub(crate) async fn unread(c: &mut AsyncPgConnection, account_id: Uuid) -> QueryResult<Unread> {
    let query = diesel::sql_query(concat!(
        "SELECT coalesce(sum(n), 0)::bigint AS count, count(*) AS conversations FROM (SELECT ",
        unread!(),
        " AS n FROM participant mine JOIN conversation c ON c.id = mine.conversation_id \
         WHERE mine.account_id = $1 AND c.last_seq > mine.read_seq) AS each WHERE n > 0"
    ))
    .bind::<SqlUuid, _>(account_id);
    prepared(query).get_result(c).await
}
