//! The relay: the single writer of a service's log. It moves what waits in the outbox, in batches; over Kafka only what
//! the brokers have acknowledged.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use pg::{Connection, Failure, prepared, schema::event_log, try_lock};

use crate::{Kafka, Record, Runtime, log::read_after};

/// How many events one transaction moves: 278 a second one by one, 50,000 in thousands.
const BATCH: i64 = 1000;

/// Any number, the same in every process: the holder of this advisory lock in a service's database is its relay.
const LEADER: i64 = 0x646f_6a6f_6272_6c79;

/// Identities are handed out before commits, so a row may become visible behind one that is gone already. This many
/// are looked at again each time; everything is, once a second.
const LATE: i64 = 10_000;

/// How often what waits is counted, and how far.
const MEASURE: Duration = Duration::from_secs(5);
const COUNTED: i64 = 100_000;

/// Moves one service's events to the bus while it is the leader, and else announces what the leader has moved.
pub(crate) struct Relay {
    cx: Runtime,
    lease: Option<Lease>,
    /// Up to here the log is announced in this process.
    announced: Option<i64>,
    /// The last row that was published, and when the outbox was last read from its beginning: deleted rows in front
    /// make every reading from there slower.
    read: (i64, Option<Instant>),
    /// What the brokers have and the log has not: a full batch is moved while the next is published.
    published: Vec<i64>,
}

/// The connection whose session holds the leader's lock, or asks for it. The moves go over it too, so a leader that
/// lost its lock has lost its means to write.
struct Lease {
    connection: Connection,
    is_leader: bool,
    /// As the leader it has announced all that its predecessor moved.
    caught_up: bool,
}

impl Relay {
    pub(crate) fn new(cx: Runtime) -> Self {
        Self { cx, lease: None, announced: None, read: (0, None), published: Vec::new() }
    }

    /// Moves or announces one batch; fewer than [`BATCH`] when nothing more waits.
    pub(crate) async fn step(&mut self) -> Result<usize, Failure> {
        // On an error the connection is dropped, and with it the lock: the lease is asked for again.
        let mut lease = if let Some(lease) = self.lease.take() {
            lease
        } else {
            self.set_leader(false);
            Lease { connection: self.cx.db.get().await?.detach(), is_leader: false, caught_up: false }
        };
        if !lease.is_leader && try_lock(&mut lease.connection, LEADER).await? {
            lease.is_leader = true;
            self.set_leader(true);
        }
        let count = match self.cx.bus.over_kafka().cloned() {
            Some(kafka) => self.publish(&mut lease, &kafka).await?,
            None => self.hand_on(&mut lease).await?,
        };
        self.lease = Some(lease);
        Ok(count)
    }

    fn set_leader(&self, is_leader: bool) {
        self.cx.wakes.is_leader.store(is_leader, Ordering::Release);
        self.cx.metrics.leads(self.cx.name, is_leader);
    }

    /// Within one process: the move itself makes events readable, and the signal says so.
    async fn hand_on(&mut self, lease: &mut Lease) -> Result<usize, Failure> {
        let mut count = 0;
        if !lease.caught_up {
            // A leader died between moving and announcing, or it lives in another process.
            let records = match self.announced {
                Some(after) => read_after(&mut lease.connection, after, BATCH).await?,
                None => Vec::new(),
            };
            if self.announced.is_none() {
                let end = event_log::table.select(diesel::dsl::max(event_log::position));
                self.announced = Some(end.first::<Option<i64>>(&mut *lease.connection).await?.unwrap_or(0));
            }
            count += records.len();
            lease.caught_up = lease.is_leader && !is_full(records.len());
            self.announce(records);
        }
        if lease.caught_up {
            let moved = move_batch(&mut lease.connection).await?;
            self.cx.metrics.relayed(self.cx.name, moved.len());
            count += moved.len();
            self.announce(moved);
        }
        Ok(count)
    }

    /// Between processes: published first, moved when the brokers have it. A leader that dies in between leaves the rows
    /// for the next one, which publishes them again, from the first on: per key the order stays, doubles are known by id.
    async fn publish(&mut self, lease: &mut Lease, kafka: &Kafka) -> Result<usize, Failure> {
        if !lease.is_leader {
            return Ok(0);
        }
        let (last, since) = self.read;
        let after = if since.is_some_and(|at| at.elapsed() < Duration::from_secs(1)) {
            last - LATE
        } else {
            self.read.1 = Some(Instant::now());
            0
        };
        let batch = waiting(&mut lease.connection, after, &self.published).await?;
        let before = std::mem::take(&mut self.published);
        let Some(newest) = batch.last().map(|record| record.position) else {
            self.moved(&mut lease.connection, before).await?;
            return Ok(0);
        };
        let (delivered, moved) =
            tokio::join!(kafka.publish(&batch), self.moved(&mut lease.connection, before));
        moved?;
        if is_full(batch.len()) && delivered.cause.is_none() {
            self.published = delivered.ids;
        } else {
            self.moved(&mut lease.connection, delivered.ids).await?;
        }
        self.read.0 = newest;
        // A process that cannot publish leaves the lease to one that perhaps can.
        delivered.cause.map_or(Ok(batch.len()), |cause| Err(Failure::Transient(cause)))
    }

    /// Moves what the brokers have from the outbox into the log.
    async fn moved(&self, connection: &mut Connection, ids: Vec<i64>) -> Result<(), Failure> {
        if !ids.is_empty() {
            move_published(connection, &ids).await?;
            self.cx.metrics.relayed(self.cx.name, ids.len());
        }
        Ok(())
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
                        () = self.cx.wakes.outbox.notified() => {}
                        () = tokio::time::sleep(Duration::from_secs(1)) => {}
                        () = stop.cancelled() => {}
                    }
                }
                Err(failure) => {
                    // Whatever the failed step did is in the log, and is announced by the next one that succeeds.
                    tracing::warn!(service = self.cx.name, %failure, "the relay could not move events; it will try again");
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

async fn move_batch(connection: &mut Connection) -> Result<Vec<Record>, Failure> {
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

/// What waits behind `after` and is not published, in the order in which it was emitted; positions are those of the outbox.
async fn waiting(connection: &mut Connection, after: i64, published: &[i64]) -> Result<Vec<Record>, Failure> {
    let waiting = diesel::sql_query(
        "SELECT id AS position, event_id, topic, kind, key, sequence, occurred_at, headers, data FROM outbox \
         WHERE id > $1 AND id <> ALL ($3) ORDER BY id LIMIT $2",
    )
    .bind::<diesel::sql_types::BigInt, _>(after)
    .bind::<diesel::sql_types::BigInt, _>(BATCH)
    .bind::<diesel::sql_types::Array<diesel::sql_types::BigInt>, _>(published);
    Ok(prepared(waiting).load(&mut **connection).await?)
}

async fn move_published(connection: &mut Connection, ids: &[i64]) -> Result<(), Failure> {
    let moving = diesel::sql_query(
        "WITH moved AS (DELETE FROM outbox WHERE id = ANY($1) RETURNING *) \
         INSERT INTO event_log (event_id, topic, kind, key, sequence, occurred_at, headers, data) \
         SELECT event_id, topic, kind, key, sequence, occurred_at, headers, data FROM moved ORDER BY id",
    )
    .bind::<diesel::sql_types::Array<diesel::sql_types::BigInt>, _>(ids);
    prepared(moving).execute(&mut **connection).await?;
    Ok(())
}

/// Which events of the log to publish again.
#[derive(Clone, Debug)]
pub enum Again {
    One(uuid::Uuid),
    /// Those of a topic, from a position of the log on.
    From {
        topic: String,
        position: i64,
    },
}

/// Publishes events of the service's own log again, marked as such; returns how many. Consumers that had their effect
/// pass over them.
///
/// # Errors
/// There is no Kafka, or it or PostgreSQL is unavailable: what was published before stays so.
pub async fn republish(cx: &Runtime, which: &Again) -> anyhow::Result<usize> {
    let kafka = cx.bus.over_kafka().context("there is no Kafka to publish to")?;
    let (mut after, mut count) = (0, 0);
    if let Again::From { position, .. } = which {
        after = position - 1;
    }
    loop {
        let log = event_log::table.filter(event_log::position.gt(after)).order(event_log::position);
        let log = log.limit(BATCH).select(Record::as_select()).into_boxed();
        let log = match which {
            Again::One(id) => log.filter(event_log::event_id.eq(id)),
            Again::From { topic, .. } => log.filter(event_log::topic.eq(topic)),
        };
        let mut batch: Vec<Record> = {
            let mut connection = cx.db.get().await?;
            log.load(&mut *connection).await?
        };
        let Some(last) = batch.last().map(|record| record.position) else { return Ok(count) };
        for record in &mut batch {
            if let Some(headers) = record.headers.as_object_mut() {
                headers.insert("replayed".to_owned(), true.into());
            }
        }
        let delivered = kafka.publish(&batch).await;
        count += delivered.ids.len();
        if let Some(cause) = delivered.cause {
            anyhow::bail!("after {count} events, position {last}: {cause}");
        }
        after = last;
    }
}

/// Measures how much waits in the outbox, until the service stops.
pub(crate) async fn measure(cx: Runtime) {
    let stop = cx.tasks.stopping();
    loop {
        if let Ok((rows, oldest)) = backlog(&cx).await {
            let age = oldest.and_then(|at| (cx.clock.now() - at).to_std().ok()).unwrap_or_default();
            cx.metrics.outbox(cx.name, rows, age);
        }
        tokio::select! {
            () = tokio::time::sleep(MEASURE) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// How many rows wait, and since when the oldest does.
async fn backlog(cx: &Runtime) -> Result<(i64, Option<DateTime<Utc>>), Failure> {
    #[derive(QueryableByName)]
    struct Backlog {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        rows: i64,
        #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Timestamptz>)]
        oldest: Option<DateTime<Utc>>,
    }
    let ask = diesel::sql_query(
        "SELECT (SELECT count(*) FROM (SELECT FROM outbox LIMIT $1) waiting) AS rows, \
         (SELECT occurred_at FROM outbox ORDER BY id LIMIT 1) AS oldest",
    )
    .bind::<diesel::sql_types::BigInt, _>(COUNTED);
    let backlog = prepared(ask).get_result::<Backlog>(&mut *cx.db.get().await?).await?;
    Ok((backlog.rows, backlog.oldest))
}
