//! What sockets need to catch up: how far conversations have come, and the messages behind a cursor.

use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Jsonb, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::messages::MessageRow;
use crate::schema::{conversation, participant};

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
            "SELECT m.seq, m.conversation_id, m.id, m.author_id, m.client_id, m.body, m.system_key, m.params, m.at FROM unnest(",
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
        BigInt,
        (
            SqlUuid,
            SqlUuid,
            Nullable<SqlUuid>,
            Nullable<SqlUuid>,
            Nullable<Text>,
            Nullable<Text>,
            Nullable<Jsonb>,
            Timestamptz,
        ),
    );
}

/// The wanted messages, by conversation and number.
pub(crate) async fn since(c: &mut AsyncPgConnection, wanted: Wanted) -> QueryResult<Vec<MessageRow>> {
    wanted.load(c).await
}
