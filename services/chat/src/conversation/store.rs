//! All SQL of conversations. The conversation's row lock orders whatever happens in it: messages take their number
//! and cursors their version under it, before any other row is touched.

use chrono::{DateTime, Utc};
use common::db::{Tx, prepared};
use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Bool, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::schema::{conversation, message, participant};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = message)]
pub(crate) struct MessageRow {
    pub conversation_id: Uuid,
    pub seq: i64,
    pub id: Uuid,
    pub author_id: Option<Uuid>,
    pub client_id: Option<Uuid>,
    pub body: Option<String>,
    pub system_key: Option<String>,
    pub params: Option<Value>,
    pub at: DateTime<Utc>,
}

/// A conversation with what one of its participants needs of it.
pub(super) struct ConversationRow {
    pub id: Uuid,
    pub kind: String,
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

/// A conversation that some event of core speaks of.
#[derive(Clone, Debug)]
pub(super) struct Opening {
    pub id: Uuid,
    pub kind: &'static str,
    pub listing_kind: String,
    pub listing_id: Uuid,
    pub participants: [Uuid; 2],
    pub at: DateTime<Utc>,
}

/// Makes sure of the conversation; true when it is new. It was opened when the earliest event that speaks of it
/// happened, in whatever order they arrive.
pub(super) async fn open(tx: &mut Tx<'_>, o: &Opening) -> QueryResult<bool> {
    let made = diesel::insert_into(conversation::table)
        .values((
            conversation::id.eq(o.id),
            conversation::kind.eq(o.kind),
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

/// A message on its way to the end of its conversation.
#[derive(Clone, Debug)]
pub(super) struct Append {
    pub conversation_id: Uuid,
    pub id: Uuid,
    pub author_id: Option<Uuid>,
    pub client_id: Option<Uuid>,
    pub body: Option<String>,
    pub system_key: Option<String>,
    pub params: Option<Value>,
    pub at: DateTime<Utc>,
}

/// Where a message came to stand.
#[derive(Clone, Debug)]
pub(super) struct Appended {
    pub seq: i64,
    pub version: i64,
    pub participants: Vec<Uuid>,
}

/// What became of an append.
pub(super) enum Fate {
    Stored(Appended),
    /// This client id or event is stored already: roll back, so that the number is not used up.
    Known,
    /// No such conversation, or not the author's.
    Absent,
}

/// Takes the next number and stores the message under it, in one statement. A concurrent retry waits for the row
/// lock and then meets the first one's message. The author's own cursor goes along if it stood right before: what is
/// one's own is never unread, and nothing of the other is skipped.
impl QueryFragment<Pg> for Append {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "WITH bumped AS (UPDATE conversation SET last_seq = last_seq + 1, version = version + 1, last_at = GREATEST(last_at, ",
        );
        out.push_bind_param::<Timestamptz, _>(&self.at)?;
        out.push_sql(") WHERE id = ");
        out.push_bind_param::<SqlUuid, _>(&self.conversation_id)?;
        out.push_sql(" AND (");
        out.push_bind_param::<Nullable<Text>, _>(&self.system_key)?;
        out.push_sql(" IS NOT NULL OR ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.author_id)?;
        out.push_sql(
            " = ANY (participants)) RETURNING id, last_seq, version, participants), \
             stored AS (INSERT INTO message (conversation_id, seq, id, author_id, client_id, body, system_key, params, at) \
             SELECT id, last_seq, ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.author_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.client_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.body)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.system_key)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Jsonb>, _>(&self.params)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&self.at)?;
        out.push_sql(
            " FROM bumped ON CONFLICT DO NOTHING RETURNING seq), \
             followed AS (UPDATE participant SET read_seq = bumped.last_seq FROM bumped \
             WHERE participant.conversation_id = bumped.id AND participant.read_seq = bumped.last_seq - 1 \
             AND participant.account_id = ",
        );
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.author_id)?;
        out.push_sql(
            ") SELECT bumped.last_seq, bumped.version, bumped.participants, stored.seq IS NOT NULL \
             FROM bumped LEFT JOIN stored ON true",
        );
        Ok(())
    }
}

impl QueryId for Append {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for Append {
    type SqlType = (BigInt, BigInt, Array<SqlUuid>, Bool);
}

/// Runs an [`Append`].
pub(super) async fn append(tx: &mut Tx<'_>, message: Append) -> QueryResult<Fate> {
    let row = message.get_result::<(i64, i64, Vec<Uuid>, bool)>(tx).await.optional()?;
    Ok(match row {
        None => Fate::Absent,
        Some((.., false)) => Fate::Known,
        Some((seq, version, participants, true)) => Fate::Stored(Appended { seq, version, participants }),
    })
}

/// The message that this sender stored under this client id.
pub(super) async fn sent_before(
    c: &mut AsyncPgConnection,
    conversation_id: Uuid,
    author_id: Uuid,
    client_id: Uuid,
) -> QueryResult<MessageRow> {
    message::table
        .filter(message::conversation_id.eq(conversation_id))
        .filter(message::author_id.eq(author_id))
        .filter(message::client_id.eq(client_id))
        .select(MessageRow::as_select())
        .first(c)
        .await
}

/// `(read_seq, last_seq)` of a participant.
pub(super) async fn cursor(
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
pub(super) async fn move_cursor(
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

/// Which messages of a conversation to read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Range {
    Newest,
    Before(i64),
    After(i64),
}

/// At most `limit` messages, oldest first.
pub(super) async fn history(
    c: &mut AsyncPgConnection,
    conversation_id: Uuid,
    range: Range,
    limit: i64,
) -> QueryResult<Vec<MessageRow>> {
    let all =
        message::table.filter(message::conversation_id.eq(conversation_id)).select(MessageRow::as_select());
    let mut rows: Vec<MessageRow> = match range {
        Range::After(seq) => {
            return all.filter(message::seq.gt(seq)).order(message::seq).limit(limit).load(c).await;
        }
        Range::Before(seq) => {
            all.filter(message::seq.lt(seq)).order(message::seq.desc()).limit(limit).load(c).await?
        }
        Range::Newest => all.order(message::seq.desc()).limit(limit).load(c).await?,
    };
    rows.reverse();
    Ok(rows)
}

#[derive(QueryableByName)]
struct Listed {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    kind: String,
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
    "SELECT c.id, c.kind, c.listing_kind, c.listing_id, c.participants, c.last_seq, c.last_at, c.opened_at, \
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
            conversation_id: l.id,
            seq: l.last_seq,
            id,
            author_id: l.author_id,
            client_id: None,
            body: l.body,
            system_key: l.system_key,
            params: l.params,
            at,
        });
        Self {
            id: l.id,
            kind: l.kind,
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

/// The conversations of an account, last activity first, behind `after`. Sorted anew each time: a person has some
/// hundreds at most, and an index on the activity would be rewritten by every message.
pub(super) async fn list(
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
pub(super) async fn get(
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
pub(super) struct Unread {
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    #[diesel(sql_type = BigInt)]
    pub conversations: i64,
}

/// Unread messages of an account, and in how many conversations.
pub(super) async fn unread(c: &mut AsyncPgConnection, account_id: Uuid) -> QueryResult<Unread> {
    let query = diesel::sql_query(concat!(
        "SELECT coalesce(sum(n), 0)::bigint AS count, count(*) AS conversations FROM (SELECT ",
        unread!(),
        " AS n FROM participant mine JOIN conversation c ON c.id = mine.conversation_id \
         WHERE mine.account_id = $1 AND c.last_seq > mine.read_seq) AS each WHERE n > 0"
    ))
    .bind::<SqlUuid, _>(account_id);
    prepared(query).get_result(c).await
}

/// How far a conversation has come.
#[derive(Clone, Copy, Debug, Queryable)]
pub(crate) struct Head {
    pub conversation_id: Uuid,
    pub last_seq: i64,
}

/// How far those of the conversations have come that are this account's.
pub(crate) async fn heads(
    c: &mut AsyncPgConnection,
    account_id: Uuid,
    ids: &[Uuid],
) -> QueryResult<Vec<Head>> {
    participant::table
        .inner_join(conversation::table)
        .filter(participant::account_id.eq(account_id))
        .filter(participant::conversation_id.eq_any(ids))
        .select((conversation::id, conversation::last_seq))
        .load(c)
        .await
}

/// `(account, conversation, newest)` of these accounts' conversations in which something happened since.
pub(crate) async fn touched(
    c: &mut AsyncPgConnection,
    accounts: &[Uuid],
    since: DateTime<Utc>,
) -> QueryResult<Vec<(Uuid, Uuid, i64)>> {
    participant::table
        .inner_join(conversation::table)
        .filter(participant::account_id.eq_any(accounts))
        .filter(conversation::last_at.ge(since))
        .select((participant::account_id, conversation::id, conversation::last_seq))
        .load(c)
        .await
}

/// Who takes part.
pub(crate) async fn participants(
    c: &mut AsyncPgConnection,
    conversation_id: Uuid,
) -> QueryResult<Option<Vec<Uuid>>> {
    conversation::table.find(conversation_id).select(conversation::participants).first(c).await.optional()
}

/// Some messages of each of several conversations: those with `after < seq <= until`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    conversations: Vec<Uuid>,
    after: Vec<i64>,
    until: Vec<i64>,
    limit: i64,
}

impl Wanted {
    /// At most `limit` messages in all.
    pub(crate) fn at_most(limit: i64) -> Self {
        Self { limit, ..Self::default() }
    }

    pub(crate) fn add(&mut self, conversation: Uuid, after: i64, until: i64) {
        self.conversations.push(conversation);
        self.after.push(after);
        self.until.push(until);
    }
}

impl QueryFragment<Pg> for Wanted {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT m.conversation_id, m.seq, m.id, m.author_id, m.client_id, m.body, m.system_key, m.params, m.at FROM unnest(",
        );
        out.push_bind_param::<Array<SqlUuid>, _>(&self.conversations)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.after)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<BigInt>, _>(&self.until)?;
        out.push_sql(
            ") AS want (id, low, high) JOIN message m ON m.conversation_id = want.id \
             AND m.seq > want.low AND m.seq <= want.high ORDER BY m.conversation_id, m.seq LIMIT ",
        );
        out.push_bind_param::<BigInt, _>(&self.limit)
    }
}

impl QueryId for Wanted {
    type QueryId = Self;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for Wanted {
    type SqlType = (
        SqlUuid,
        BigInt,
        SqlUuid,
        Nullable<SqlUuid>,
        Nullable<SqlUuid>,
        Nullable<Text>,
        Nullable<Text>,
        Nullable<Jsonb>,
        Timestamptz,
    );
}

/// The wanted messages, by conversation and number.
pub(crate) async fn since(c: &mut AsyncPgConnection, wanted: Wanted) -> QueryResult<Vec<MessageRow>> {
    wanted.load(c).await
}
