//! The relay follows its service's log and hands on what is new. In one process it tells consumers and live listeners. Over
//! Kafka one relay of a service's processes leads: it publishes, and what the brokers have acknowledged it notes as published.

use std::{
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use pg::{
    Connection, Failure, Record, prepared,
    schema::{consumer_position, event_log},
    try_lock,
};

use crate::{
    Kafka, Runtime,
    log::{BATCH, Follower},
};

/// Any number, the same in every process: the holder of this advisory lock in a service's database is its relay.
const LEADER: i64 = 0x646f_6a6f_6272_6c79;

/// Under which name it is noted how far the log is published: `contracts` know no such consumer.
const PUBLISHED: (&str, &str) = ("relay", "kafka");

/// How often that is noted at most. A leader that dies before publishes so much again, which is known by its ids.
const NOTED: Duration = Duration::from_millis(100);

/// How often what waits is counted, and how far.
const MEASURE: Duration = Duration::from_secs(5);
const COUNTED: i64 = 100_000;

/// Hands one service's events to the bus; over Kafka, while it is the leader.
pub(crate) struct Relay {
    cx: Runtime,
    follower: Follower,
    lease: Option<Lease>,
}

/// The connection whose session holds the leader's lock, or asks for it. What is published is noted over it, too, so a
/// leader that lost its lock has lost its means to write.
struct Lease {
    connection: Connection,
    is_leader: bool,
    /// Acknowledged up to here, and what is noted of it, since when.
    published: i64,
    noted: (i64, Instant),
}

impl Relay {
    pub(crate) fn new(cx: Runtime) -> Self {
        let follower = cx.bus.last(cx.name).map_or_else(Follower::default, Follower::after);
        Self { cx, follower, lease: None }
    }

    /// Hands on what is there, about [`BATCH`] at most; nothing when nothing waits.
    pub(crate) async fn step(&mut self) -> Result<usize, Failure> {
        if self.cx.wakes.look.swap(false, Ordering::AcqRel) {
            self.follower.look();
        }
        match self.cx.bus.over_kafka().cloned() {
            Some(kafka) => {
                // On an error the connection is dropped, and with it the lock: the lease is asked for again.
                let mut lease = match self.lease.take() {
                    Some(lease) => lease,
                    None => self.ask().await?,
                };
                let count = self.publish(&mut lease, &kafka).await?;
                self.lease = Some(lease);
                Ok(count)
            }
            None => self.announce().await,
        }
    }

    /// Within one process: a record is readable once it is settled, and the signal says so.
    async fn announce(&mut self) -> Result<usize, Failure> {
        let mut records = self.follower.committed(&self.cx.wakes.inbox);
        if records.is_empty() && self.follower.is_due() {
            records = self.follower.read(&mut self.cx.db.get().await?).await?;
        }
        let count = records.len();
        self.cx.metrics.relayed(self.cx.name, count);
        if let Some(settled) = self.follower.settled() {
            self.cx.bus.announce(self.cx.name, records, settled);
        }
        Ok(count)
    }

    async fn ask(&mut self) -> Result<Lease, Failure> {
        self.lead(false);
        let mut connection = self.cx.db.get().await?.detach();
        // What is noted may be lost with the server: then it is published again.
        let settings = "SET default_transaction_read_only = off; SET synchronous_commit = off";
        connection.batch_execute(settings).await?;
        Ok(Lease { connection, is_leader: false, published: 0, noted: (0, Instant::now()) })
    }

    fn lead(&self, is_leader: bool) {
        self.cx.wakes.is_leader.store(is_leader, Ordering::Release);
        self.cx.metrics.leads(self.cx.name, is_leader);
    }

    /// Between processes. A leader that dies leaves what it has not noted to the next one, which publishes it again, from
    /// the first on: per key the order stays, doubles are known by id.
    async fn publish(&mut self, lease: &mut Lease, kafka: &Kafka) -> Result<usize, Failure> {
        if !lease.is_leader {
            if !try_lock(&mut lease.connection, LEADER).await? {
                return Ok(0);
            }
            lease.is_leader = true;
            self.lead(true);
            let noted = consumer_position::table.find(PUBLISHED).select(consumer_position::position);
            lease.published = noted.first(&mut *lease.connection).await.optional()?.unwrap_or(0);
            lease.noted = (lease.published, Instant::now());
            self.follower = Follower::after(lease.published);
        }
        let mut batch = self.next(&mut lease.connection).await?;
        let mut count = 0;
        while let Some(last) = batch.last().map(|record| record.position) {
            // The next batch is read while this one is acknowledged.
            let (delivered, next) = tokio::join!(kafka.publish(&batch), self.next(&mut lease.connection));
            if let Some(cause) = delivered.cause {
                // A process that cannot publish leaves the lease to one that perhaps can.
                return Err(Failure::Transient(cause));
            }
            lease.published = last;
            count += batch.len();
            self.cx.metrics.relayed(self.cx.name, batch.len());
            if lease.noted.1.elapsed() >= NOTED {
                note(lease).await?;
            }
            batch = next?;
        }
        if lease.published > lease.noted.0 && lease.noted.1.elapsed() >= NOTED {
            note(lease).await?;
        }
        Ok(count)
    }

    async fn next(&mut self, connection: &mut Connection) -> Result<Vec<Arc<Record>>, Failure> {
        let committed = self.follower.committed(&self.cx.wakes.inbox);
        if committed.is_empty() && self.follower.is_due() {
            return self.follower.read(connection).await;
        }
        Ok(committed)
    }

    /// When there may be more to do though nobody calls.
    fn patience(&self) -> Duration {
        if self.lease.as_ref().is_some_and(|lease| !lease.is_leader) {
            return Duration::from_secs(1);
        }
        let unnoted = self.lease.as_ref().filter(|lease| lease.published > lease.noted.0);
        let patience = self.follower.patience();
        unnoted.map_or(patience, |lease| patience.min(NOTED.saturating_sub(lease.noted.1.elapsed())))
    }

    /// Hands on events whenever there are some, until the service stops and nothing waits.
    pub(crate) async fn run(mut self) {
        let stop = self.cx.tasks.stopping();
        loop {
            match self.step().await {
                Ok(0) if stop.is_cancelled() => {
                    if let Some(lease) = &mut self.lease {
                        let _ = note(lease).await;
                    }
                    return;
                }
                Ok(1..) => {}
                Ok(0) => {
                    tokio::select! {
                        () = self.cx.wakes.log.notified() => {}
                        () = tokio::time::sleep(self.patience()) => {}
                        () = stop.cancelled() => {}
                    }
                }
                Err(failure) => {
                    // Whatever was read and not handed on is read again.
                    tracing::warn!(service = self.cx.name, %failure, "the relay could not hand on events; it will try again");
                    if stop.is_cancelled() {
                        return;
                    }
                    tokio::time::sleep(Duration::from_millis(500)).await;
                }
            }
        }
    }

    /// As [`Relay::step`], and waits for what is about to be there.
    pub(crate) async fn step_to_the_end(&mut self) -> Result<usize, Failure> {
        let mut count = 0;
        self.follower.look();
        loop {
            count += self.step().await?;
            let leads = self.lease.as_ref().is_none_or(|lease| lease.is_leader);
            if !leads || !self.follower.is_behind() {
                return Ok(count);
            }
            tokio::time::sleep(self.patience()).await;
        }
    }
}

/// Notes how far the log is published.
async fn note(lease: &mut Lease) -> Result<(), Failure> {
    if lease.published > lease.noted.0 {
        let (consumer, source) = PUBLISHED;
        diesel::insert_into(consumer_position::table)
            .values((
                consumer_position::consumer.eq(consumer),
                consumer_position::source.eq(source),
                consumer_position::position.eq(lease.published),
            ))
            .on_conflict((consumer_position::consumer, consumer_position::source))
            .do_update()
            .set(consumer_position::position.eq(lease.published))
            .execute(&mut *lease.connection)
            .await?;
    }
    lease.noted = (lease.published, Instant::now());
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
        let batch: Vec<Record> = {
            let mut connection = cx.db.get().await?;
            log.load(&mut *connection).await?
        };
        let Some(last) = batch.last().map(|record| record.position) else { return Ok(count) };
        let again = |mut record: Record| {
            if let Some(headers) = record.headers.as_object_mut() {
                headers.insert("replayed".to_owned(), true.into());
            }
            Arc::new(record)
        };
        let batch: Vec<_> = batch.into_iter().map(again).collect();
        let delivered = kafka.publish(&batch).await;
        count += delivered.count;
        if let Some(cause) = delivered.cause {
            anyhow::bail!("after {count} events, position {last}: {cause}");
        }
        after = last;
    }
}

/// Measures how much waits to be published, until the service stops.
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
        "WITH published AS (SELECT coalesce(max(position), 0) AS position FROM consumer_position \
         WHERE (consumer, source) = ($1, $2)) \
         SELECT (SELECT count(*) FROM (SELECT FROM event_log l, published p WHERE l.position > p.position LIMIT $3) w) \
         AS rows, (SELECT occurred_at FROM event_log l, published p WHERE l.position > p.position \
         ORDER BY l.position LIMIT 1) AS oldest",
    )
    .bind::<diesel::sql_types::Text, _>(PUBLISHED.0)
    .bind::<diesel::sql_types::Text, _>(PUBLISHED.1)
    .bind::<diesel::sql_types::BigInt, _>(COUNTED);
    let backlog = prepared(ask).get_result::<Backlog>(&mut *cx.db.get().await?).await?;
    Ok((backlog.rows, backlog.oldest))
}
