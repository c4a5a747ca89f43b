//! The relay: the single writer of a service's log. It moves what waits in the outbox, in batches.

use std::sync::Arc;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Bus, Record};
use crate::{db::Connection, http::Problem, service::Ctx};

/// How many events one transaction moves: 278 a second one by one, 50,000 in thousands.
const BATCH: i64 = 1000;

/// Any number, the same in every process: who holds this advisory lock in a service's database is its relay.
const LEADER: i64 = 0x646f_6a6f_6272_6c79;

/// Moves one service's events to the bus while it is the leader.
pub(crate) struct Relay {
    cx: Ctx,
    /// The connection whose session holds the leader's lock; the moves go over it too, so a leader that lost its
    /// lock has lost its means to write.
    leading: Option<Connection>,
}

#[derive(QueryableByName)]
struct Lock {
    #[diesel(sql_type = diesel::sql_types::Bool)]
    held: bool,
}

#[derive(QueryableByName)]
struct Moved {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    position: i64,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    event_id: uuid::Uuid,
    #[diesel(sql_type = diesel::sql_types::Text)]
    topic: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    kind: String,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    key: uuid::Uuid,
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    sequence: i64,
    #[diesel(sql_type = diesel::sql_types::Timestamptz)]
    occurred_at: chrono::DateTime<chrono::Utc>,
    #[diesel(sql_type = diesel::sql_types::Jsonb)]
    headers: serde_json::Value,
    #[diesel(sql_type = diesel::sql_types::Jsonb)]
    data: serde_json::Value,
}

impl Relay {
    pub(crate) fn new(cx: Ctx) -> Self {
        Self { cx, leading: None }
    }

    /// Moves one batch; 0 when nothing waits or another process leads.
    pub(crate) async fn step(&mut self) -> Result<usize, Problem> {
        let mut connection = match self.leading.take() {
            Some(connection) => connection,
            None => match lead(&self.cx).await? {
                Some(connection) => connection,
                None => return Ok(0),
            },
        };
        // On an error the connection is dropped, and with it the lock: leadership is won anew.
        let moved = move_batch(&mut connection).await?;
        self.leading = Some(connection);
        if !moved.is_empty() {
            self.cx.metrics.relayed(self.cx.name, moved.len());
            self.cx.bus.announce(self.cx.name, moved.iter().map(|r| Arc::new(r.clone())));
        }
        Ok(moved.len())
    }

    /// Moves events whenever there are some, until the service stops and nothing waits.
    pub(crate) async fn run(mut self) {
        let stop = self.cx.tasks.stopping();
        loop {
            match self.step().await {
                Ok(0) if stop.is_cancelled() => return,
                Ok(0) => {
                    tokio::select! {
                        () = self.cx.outbox.notified() => {}
                        () = tokio::time::sleep(std::time::Duration::from_secs(1)) => {}
                        () = stop.cancelled() => {}
                    }
                }
                Ok(_) => {}
                Err(problem) => {
                    tracing::warn!(service = self.cx.name, %problem, "the relay could not move events; it will try again");
                    if stop.is_cancelled() {
                        return;
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                }
            }
        }
    }
}

async fn lead(cx: &Ctx) -> Result<Option<Connection>, Problem> {
    let mut connection = cx.db.get().await?.detach();
    let lock = diesel::sql_query("SELECT pg_try_advisory_lock($1) AS held")
        .bind::<diesel::sql_types::BigInt, _>(LEADER)
        .get_result::<Lock>(&mut *connection)
        .await?;
    Ok(lock.held.then_some(connection))
}

async fn move_batch(connection: &mut Connection) -> Result<Vec<Record>, Problem> {
    let mut moved: Vec<Moved> = diesel::sql_query(
        "WITH batch AS (SELECT id FROM outbox ORDER BY id LIMIT $1), \
         moved AS (DELETE FROM outbox USING batch WHERE outbox.id = batch.id RETURNING outbox.*) \
         INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
         SELECT event_id, topic, kind, key, sequence, occurred_at, headers, data FROM moved ORDER BY id \
         RETURNING position, event_id, topic, kind, key, sequence, occurred_at, headers, data",
    )
    .bind::<diesel::sql_types::BigInt, _>(BATCH)
    .load(&mut **connection)
    .await?;
    moved.sort_by_key(|m| m.position);
    Ok(moved
        .into_iter()
        .map(|m| Record {
            position: m.position,
            event_id: m.event_id,
            topic: m.topic,
            kind: m.kind,
            key: m.key,
            sequence: m.sequence,
            occurred_at: m.occurred_at,
            headers: m.headers,
            data: m.data,
        })
        .collect())
}

/// A batch of another service's log, for consumers in this process.
pub(super) async fn read_log(bus: &Bus, source: &str, after: i64, limit: i64) -> Result<Vec<Record>, Problem> {
    use crate::db::schema::event_log::dsl;
    let Some(pool) = bus.log(source) else { return Ok(Vec::new()) };
    let mut connection = pool.get().await?;
    Ok(dsl::event_log
        .filter(dsl::position.gt(after))
        .order(dsl::position)
        .limit(limit)
        .select(Record::as_select())
        .load(&mut *connection)
        .await?)
}
