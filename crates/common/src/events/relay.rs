//! The relay: the single writer of a service's log. It moves what waits in the outbox, in batches.

use std::{sync::Arc, time::Duration};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Bus, Record};
use crate::{
    db::{Connection, prepared, schema::event_log, try_lock},
    http::Problem,
    service::Ctx,
};

/// How many events one transaction moves: 278 a second one by one, 50,000 in thousands.
const BATCH: i64 = 1000;

/// Any number, the same in every process: who holds this advisory lock in a service's database is its relay.
const LEADER: i64 = 0x646f_6a6f_6272_6c79;

/// Moves one service's events to the bus while it is the leader, and else announces what the leader has moved.
pub(crate) struct Relay {
    cx: Ctx,
    seat: Option<Seat>,
    /// Up to here the log is announced in this process.
    announced: Option<i64>,
}

/// The connection whose session holds the leader's lock, or asks for it. The moves go over it too, so a leader that
/// lost its lock has lost its means to write.
struct Seat {
    connection: Connection,
    leads: bool,
    /// As the leader it has announced all that its predecessor moved.
    caught_up: bool,
}

impl Relay {
    pub(crate) fn new(cx: Ctx) -> Self {
        Self { cx, seat: None, announced: None }
    }

    /// Moves or announces one batch; fewer than [`BATCH`] when nothing more waits.
    pub(crate) async fn step(&mut self) -> Result<usize, Problem> {
        // On an error the connection is dropped, and with it the lock: leadership is won anew.
        let mut seat = match self.seat.take() {
            Some(seat) => seat,
            None => Seat { connection: self.cx.db.get().await?.detach(), leads: false, caught_up: false },
        };
        let mut count = 0;
        if !seat.caught_up {
            seat.leads = seat.leads || try_lock(&mut seat.connection, LEADER).await?;
            // A leader died between moving and announcing, or it lives in another process.
            let records = match self.announced {
                Some(after) => read_after(&mut seat.connection, after, BATCH).await?,
                None => Vec::new(),
            };
            if self.announced.is_none() {
                let end = event_log::table.select(diesel::dsl::max(event_log::position));
                self.announced = Some(end.first::<Option<i64>>(&mut *seat.connection).await?.unwrap_or(0));
            }
            count += records.len();
            seat.caught_up = seat.leads && !is_full(records.len());
            self.announce(records);
        }
        if seat.caught_up {
            let moved = move_batch(&mut seat.connection).await?;
            self.cx.metrics.relayed(self.cx.name, moved.len());
            count += moved.len();
            self.announce(moved);
        }
        self.seat = Some(seat);
        Ok(count)
    }

    fn announce(&mut self, records: Vec<Record>) {
        if let Some(last) = records.last() {
            self.announced = Some(last.position);
            self.cx.bus.announce(self.cx.name, records.into_iter().map(Arc::new));
        }
    }

    /// Moves events whenever there are some, until the service stops and nothing waits.
    pub(crate) async fn run(mut self) {
        let stop = self.cx.tasks.stopping();
        loop {
            match self.step().await {
                Ok(count) if is_full(count) => {}
                Ok(0) if stop.is_cancelled() => return,
                Ok(_) => {
                    tokio::select! {
                        () = self.cx.outbox.notified() => {}
                        () = tokio::time::sleep(Duration::from_secs(1)) => {}
                        () = stop.cancelled() => {}
                    }
                }
                Err(problem) => {
                    // Whatever the failed step did is in the log, and is announced by the next one that succeeds.
                    tracing::warn!(service = self.cx.name, %problem, "the relay could not move events; it will try again");
                    if stop.is_cancelled() {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
        }
    }
}

fn is_full(count: usize) -> bool {
    i64::try_from(count).is_ok_and(|count| count >= BATCH)
}

async fn move_batch(connection: &mut Connection) -> Result<Vec<Record>, Problem> {
    let moving = diesel::sql_query(
        "WITH batch AS (SELECT id FROM outbox ORDER BY id LIMIT $1), \
         moved AS (DELETE FROM outbox USING batch WHERE outbox.id = batch.id RETURNING outbox.*) \
         INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
         SELECT event_id, topic, kind, key, sequence, occurred_at, headers, data FROM moved ORDER BY id \
         RETURNING position, event_id, topic, kind, key, sequence, occurred_at, headers, data",
    )
    .bind::<diesel::sql_types::BigInt, _>(BATCH);
    let mut moved: Vec<Record> = prepared(moving).load(&mut **connection).await?;
    moved.sort_by_key(|r| r.position);
    Ok(moved)
}

async fn read_after(connection: &mut Connection, after: i64, limit: i64) -> Result<Vec<Record>, Problem> {
    let log = event_log::table.filter(event_log::position.gt(after)).order(event_log::position).limit(limit);
    Ok(log.select(Record::as_select()).load(&mut **connection).await?)
}

/// A batch of another service's log, for consumers in this process.
pub(super) async fn read_log(
    bus: &Bus,
    source: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Record>, Problem> {
    let Some(pool) = bus.log(source) else { return Ok(Vec::new()) };
    read_after(&mut pool.get().await?, after, limit).await
}
