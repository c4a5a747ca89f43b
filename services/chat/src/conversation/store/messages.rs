//! Messages: the one way in, and reading them by number.

use chrono::{DateTime, Utc};
use common::db::{Tx, schema::idempotency};
use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Bool, Integer, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    conversation::domain::Unanswered,
    schema::{message, participant},
};

/// A message without its place: what a person wrote (`body`) or what happened (`system_key`, `params`).
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = message)]
pub(crate) struct Message {
    pub conversation_id: Uuid,
    pub id: Uuid,
    pub author_id: Option<Uuid>,
    pub client_id: Option<Uuid>,
    pub body: Option<String>,
    pub system_key: Option<String>,
    pub params: Option<Value>,
    pub at: DateTime<Utc>,
}

/// A stored message.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = message)]
pub(crate) struct MessageRow {
    pub seq: i64,
    #[diesel(embed)]
    pub message: Message,
}

/// Where a message came to stand.
#[derive(Clone, Debug)]
pub(crate) struct Appended {
    pub seq: i64,
    pub version: i64,
    pub participants: Vec<Uuid>,
    /// How many in a row it was.
    pub unanswered: Unanswered,
}

/// What became of a message that was to be appended.
pub(crate) enum SendOutcome {
    Stored(Appended),
    /// This client id or event is stored already: roll back, so that the number is not used up.
    Known,
    /// No such conversation, or not the author's.
    Absent,
}

/// A message on its way to the end of its conversation, and since when those before it are counted.
struct Append(Message, DateTime<Utc>);

/// Takes the next number and stores the message under it, in one statement. A concurrent retry waits for the row
/// lock and then meets the first one's message. The author's own cursor goes along if it stood right before: what is
/// one's own is never unread, and nothing of the other is skipped. Whatever the
/// other does ends a row; what only time does, and what a person does elsewhere, is not counted.
impl QueryFragment<Pg> for Append {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "WITH bumped AS (UPDATE conversation SET last_seq = last_seq + 1, version = version + 1, last_at = GREATEST(last_at, ",
        );
        out.push_bind_param::<Timestamptz, _>(&self.0.at)?;
        out.push_sql("), row_author_id = coalesce(");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.0.author_id)?;
        out.push_sql(", row_author_id), row_length = CASE WHEN ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.0.author_id)?;
        out.push_sql(" IS NULL THEN row_length WHEN row_author_id = ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.0.author_id)?;
        out.push_sql(" AND row_since > ");
        out.push_bind_param::<Timestamptz, _>(&self.1)?;
        out.push_sql(" THEN row_length ELSE 0 END + (");
        out.push_bind_param::<Nullable<Text>, _>(&self.0.system_key)?;
        out.push_sql(" IS NULL)::integer, row_since = CASE WHEN ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.0.author_id)?;
        out.push_sql(" IS NULL OR row_author_id = ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.0.author_id)?;
        out.push_sql(" AND row_since > ");
        out.push_bind_param::<Timestamptz, _>(&self.1)?;
        out.push_sql(" THEN row_since ELSE ");
        out.push_bind_param::<Timestamptz, _>(&self.0.at)?;
        out.push_sql(" END WHERE id = ");
        out.push_bind_param::<SqlUuid, _>(&self.0.conversation_id)?;
        out.push_sql(" AND (");
        out.push_bind_param::<Nullable<Text>, _>(&self.0.system_key)?;
        out.push_sql(" IS NOT NULL OR ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.0.author_id)?;
        out.push_sql(
            " = ANY (participants)) RETURNING id, last_seq, version, participants, row_length, row_since), \
             stored AS (INSERT INTO message (conversation_id, seq, id, author_id, client_id, body, system_key, params, at) \
             SELECT id, last_seq, ",
        );
        out.push_bind_param::<SqlUuid, _>(&self.0.id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.0.author_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.0.client_id)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.0.body)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Text>, _>(&self.0.system_key)?;
        out.push_sql(", ");
        out.push_bind_param::<Nullable<Jsonb>, _>(&self.0.params)?;
        out.push_sql(", ");
        out.push_bind_param::<Timestamptz, _>(&self.0.at)?;
        out.push_sql(
            " FROM bumped ON CONFLICT DO NOTHING RETURNING seq), \
             followed AS (UPDATE participant SET read_seq = bumped.last_seq FROM bumped \
             WHERE participant.conversation_id = bumped.id AND participant.read_seq = bumped.last_seq - 1 \
             AND participant.account_id = ",
        );
        out.push_bind_param::<Nullable<SqlUuid>, _>(&self.0.author_id)?;
        out.push_sql(
            ") SELECT bumped.last_seq, bumped.version, bumped.participants, bumped.row_length, bumped.row_since, \
             stored.seq IS NOT NULL \
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
    type SqlType = (BigInt, BigInt, Array<SqlUuid>, Integer, Nullable<Timestamptz>, Bool);
}

/// Puts the message at the end of its conversation.
pub(crate) async fn append(tx: &mut Tx<'_>, message: Message) -> QueryResult<SendOutcome> {
    let since = message.at - Unanswered::WINDOW;
    let row = Append(message, since)
        .get_result::<(i64, i64, Vec<Uuid>, i32, Option<DateTime<Utc>>, bool)>(tx)
        .await
        .optional()?;
    Ok(match row {
        None => SendOutcome::Absent,
        Some((.., false)) => SendOutcome::Known,
        Some((seq, version, participants, count, since, true)) => {
            let unanswered = Unanswered { count, since };
            SendOutcome::Stored(Appended { seq, version, participants, unanswered })
        }
    })
}

/// The message that this sender stored under this client id.
pub(crate) async fn sent_before(
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

/// Which messages of a conversation to read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Range {
    Newest,
    Before(i64),
    After(i64),
}

/// At most `limit` messages, oldest first.
pub(crate) async fn history(
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

/// Erases every word of this person; their messages keep their places.
pub(crate) async fn erase_texts(tx: &mut Tx<'_>, author: Uuid) -> QueryResult<()> {
    let theirs =
        participant::table.filter(participant::account_id.eq(author)).select(participant::conversation_id);
    let said = message::table
        .filter(message::conversation_id.eq_any(theirs))
        .filter(message::author_id.eq(author))
        .filter(message::body.is_not_null());
    diesel::update(said).set(message::body.eq(None::<String>)).execute(tx).await?;
    diesel::delete(idempotency::table.filter(idempotency::account_id.eq(author))).execute(tx).await?;
    Ok(())
}
