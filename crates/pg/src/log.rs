//! The log of a service: everything it ever said, in an order that readers may follow. A transaction writes its records
//! with its commit, so a record is in the log as soon as its cause is true, and never without it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use kernel::trace::{Message, TRACEPARENT};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::{prepared::prepared, schema::event_log};

/// An event as it stands in a log: envelope and data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = event_log)]
pub struct Record {
    /// Its place in the log; none, and 0, before its commit.
    pub position: i64,
    pub event_id: Uuid,
    pub topic: String,
    pub kind: String,
    pub key: Uuid,
    pub sequence: i64,
    pub occurred_at: DateTime<Utc>,
    pub headers: Value,
    pub data: Value,
}

impl Record {
    /// The service that published it, from the topic's second part.
    pub fn source(&self) -> &str {
        self.topic.split('.').nth(1).unwrap_or_default()
    }
}

impl<'a> From<&'a Record> for Message<'a> {
    fn from(record: &'a Record) -> Self {
        let traceparent = record.headers.get(TRACEPARENT).and_then(Value::as_str);
        Self { topic: &record.topic, kind: &record.kind, id: record.event_id, traceparent }
    }
}

fn column<T>(records: &[Record], of: impl Fn(&Record) -> T) -> Vec<T> {
    records.iter().map(of).collect()
}

/// Writes records, in their order; gives the place of each.
pub(crate) async fn append(
    mut connection: &AsyncPgConnection,
    records: &[Record],
) -> QueryResult<HashMap<Uuid, i64>> {
    #[derive(QueryableByName)]
    struct Placed {
        #[diesel(sql_type = sql_types::Uuid)]
        event_id: Uuid,
        #[diesel(sql_type = sql_types::BigInt)]
        position: i64,
    }
    if let [one] = records {
        let insert = diesel::insert_into(event_log::table).values((
            event_log::event_id.eq(one.event_id),
            event_log::topic.eq(&one.topic),
            event_log::kind.eq(&one.kind),
            event_log::key.eq(one.key),
            event_log::sequence.eq(one.sequence),
            event_log::occurred_at.eq(one.occurred_at),
            event_log::headers.eq(&one.headers),
            event_log::data.eq(&one.data),
        ));
        let place = insert.returning((event_log::event_id, event_log::position));
        return Ok(place.load(&mut connection).await?.into_iter().collect());
    }
    let insert = diesel::sql_query(
        "INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
         SELECT event_id, topic, kind, key, sequence, occurred_at, headers, data \
         FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) WITH ORDINALITY \
         AS r (event_id, topic, kind, key, sequence, occurred_at, headers, data, n) ORDER BY n \
         RETURNING event_id, position",
    )
    .bind::<sql_types::Array<sql_types::Uuid>, _>(column(records, |r| r.event_id))
    .bind::<sql_types::Array<sql_types::Text>, _>(column(records, |r| r.topic.clone()))
    .bind::<sql_types::Array<sql_types::Text>, _>(column(records, |r| r.kind.clone()))
    .bind::<sql_types::Array<sql_types::Uuid>, _>(column(records, |r| r.key))
    .bind::<sql_types::Array<sql_types::BigInt>, _>(column(records, |r| r.sequence))
    .bind::<sql_types::Array<sql_types::Timestamptz>, _>(column(records, |r| r.occurred_at))
    .bind::<sql_types::Array<sql_types::Jsonb>, _>(column(records, |r| r.headers.clone()))
    .bind::<sql_types::Array<sql_types::Jsonb>, _>(column(records, |r| r.data.clone()));
    let placed: Vec<Placed> = prepared(insert).load(&mut connection).await?;
    Ok(placed.into_iter().map(|p| (p.event_id, p.position)).collect())
}
