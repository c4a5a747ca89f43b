//! Consumers: each advances alone, with its position and its proofs of effect in its own service's database.

use std::{
    any::Any,
    collections::{BTreeSet, HashSet},
    fmt,
    future::Future,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::{FutureExt, future::BoxFuture};
use serde::de::DeserializeOwned;
use tracing::Instrument;
use uuid::Uuid;

use super::{Actor, Record, relay::read_log, source_of};
use crate::{
    db::{
        Class, Open, Tx, classify, prepared,
        schema::{consumer_position, parked_event, processed_event},
    },
    http::Problem,
    service::Ctx,
    trace,
};

/// Events taken in one transaction.
pub(super) const BATCH: i64 = 200;

/// Tries of a broken reaction before its event is parked.
const TRIES: u32 = 5;

/// Events of no interest that may be passed before the position is written again.
const UNWRITTEN: i64 = 1000;

/// Why a reaction did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Something that we need is away: try again for ever.
    #[error("away: {0}")]
    Away(String),
    /// It will not get better by itself: five tries, then the event is parked.
    #[error("{0}")]
    Broken(String),
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        match classify(&error) {
            Class::Away | Class::RunAgain | Class::LockTimeout => Self::Away(error.to_string()),
            Class::Constraint | Class::Absent | Class::Broken => Self::Broken(error.to_string()),
        }
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        if problem.status() == actix_web::http::StatusCode::SERVICE_UNAVAILABLE {
            Self::Away(problem.to_string())
        } else {
            Self::Broken(problem.to_string())
        }
    }
}

/// An event with the data that this consumer wants of it.
#[derive(Clone, Debug)]
pub struct Envelope<T> {
    pub id: Uuid,
    pub kind: String,
    pub key: Uuid,
    pub sequence: i64,
    pub time: DateTime<Utc>,
    pub actor: Option<Actor>,
    pub data: T,
}

type React =
    Arc<dyn for<'a, 'b> Fn(&'a mut Tx<'b>, &'a Record) -> BoxFuture<'a, Result<(), Failure>> + Send + Sync>;

/// What one context of this service does about others' events.
#[derive(Clone)]
pub struct Consumer {
    name: &'static str,
    reactions: Vec<(&'static str, &'static str, React)>,
}

impl Consumer {
    /// `<service>/<context>`: names its position, its proofs and its Kafka group, so never rename it.
    pub fn new(name: &'static str) -> Self {
        Self { name, reactions: Vec::new() }
    }

    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Reacts to `kind` on `topic`. `T` is this consumer's own minimal shape of the data. The reaction runs in the
    /// chassis' transaction and must touch nothing outside it.
    #[must_use]
    pub fn on<T, F>(mut self, topic: &'static str, kind: &'static str, react: F) -> Self
    where
        T: DeserializeOwned + Send + 'static,
        F: for<'a, 'b> Fn(&'a mut Tx<'b>, Envelope<T>) -> BoxFuture<'a, Result<(), Failure>>
            + Send
            + Sync
            + 'static,
    {
        let react: React = Arc::new(move |tx, record| match envelope::<T>(record) {
            Ok(envelope) => react(tx, envelope),
            Err(failure) => Box::pin(std::future::ready(Err(failure))),
        });
        self.reactions.push((topic, kind, react));
        self
    }

    /// `(topic, kind)` of everything that it reacts to.
    pub fn subscriptions(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.reactions.iter().map(|(topic, kind, _)| (*topic, *kind))
    }

    /// Services whose events it reads.
    pub(crate) fn sources(&self) -> BTreeSet<&'static str> {
        self.reactions.iter().map(|(topic, ..)| source_of(topic)).collect()
    }

    /// Topics that it reads.
    #[cfg(feature = "kafka")]
    pub(super) fn topics(&self) -> BTreeSet<&'static str> {
        self.reactions.iter().map(|(topic, ..)| *topic).collect()
    }

    fn reaction(&self, record: &Record) -> Option<&React> {
        self.reactions
            .iter()
            .find(|(topic, kind, _)| *topic == record.topic && *kind == record.kind)
            .map(|(.., r)| r)
    }

    /// Plays one event into this consumer, as its source's log would: once, however often it is called.
    ///
    /// # Errors
    /// The reaction's own failure.
    pub async fn play(&self, cx: &Ctx, record: &Record) -> Result<(), Failure> {
        let mut open = cx.begin().await?;
        let done = self.apply(&mut open.tx(), record).await;
        end(cx, open, done).await
    }

    /// Applies parked events again, in order, and forgets those that now pass. One that fails again keeps back those
    /// of its key and no others. Returns how many passed. With `only`, the key of that event alone has its turn.
    ///
    /// # Errors
    /// The first failure, after all other keys had their turn; what passed stays.
    pub async fn replay_parked(&self, cx: &Ctx, only: Option<Uuid>) -> Result<usize, Failure> {
        let key_of_only = match only {
            None => None,
            Some(id) => {
                let row = parked_event::table
                    .filter(parked_event::consumer.eq(self.name))
                    .filter(parked_event::event_id.eq(id));
                let mut connection = cx.db.get().await?;
                match row.select(parked_event::key).first::<Uuid>(&mut *connection).await.optional()? {
                    Some(key) => Some(key),
                    None => return Ok(0),
                }
            }
        };
        let (mut passed, mut seen, mut failed, mut stuck) = (0, 0, None, HashSet::new());
        // Until none is left: while we replay, events of the same keys are parked behind.
        loop {
            let parked = {
                let mut connection = cx.db.get().await?;
                parked_event::table
                    .filter(parked_event::consumer.eq(self.name))
                    .filter(parked_event::id.gt(seen))
                    .order(parked_event::id)
                    .limit(BATCH)
                    .select((parked_event::id, parked_event::key, parked_event::record))
                    .load::<(i64, Uuid, serde_json::Value)>(&mut *connection)
                    .await?
            };
            let Some((last, ..)) = parked.last() else { break };
            seen = *last;
            for (id, key, record) in parked {
                if stuck.contains(&key) || key_of_only.is_some_and(|only| only != key) {
                    continue;
                }
                match self.replay(cx, id, record).await {
                    Ok(()) => passed += 1,
                    Err(away @ Failure::Away(_)) => return Err(away),
                    Err(broken) => {
                        stuck.insert(key);
                        failed.get_or_insert(broken);
                    }
                }
            }
        }
        failed.map_or(Ok(passed), Err)
    }

    async fn replay(&self, cx: &Ctx, id: i64, record: serde_json::Value) -> Result<(), Failure> {
        let record: Record = serde_json::from_value(record).map_err(|e| Failure::Broken(e.to_string()))?;
        let mut open = cx.begin().await?;
        let mut tx = open.tx();
        let done = async {
            diesel::delete(parked_event::table.find(id)).execute(&mut tx).await?;
            self.apply(&mut tx, &record).await
        };
        let done = done.await;
        end(cx, open, done).await
    }

    /// Effect and proof of it, unless the proof is there already.
    async fn apply(&self, tx: &mut Tx<'_>, record: &Record) -> Result<(), Failure> {
        let Some(react) = self.reaction(record) else { return Ok(()) };
        let first = diesel::insert_into(processed_event::table)
            .values((processed_event::consumer.eq(self.name), processed_event::event_id.eq(record.event_id)))
            .on_conflict_do_nothing()
            .execute(tx)
            .await?;
        if first == 1 { self.effect(tx, record, react).await } else { Ok(()) }
    }

    /// The reaction, in a span below the event's cause.
    async fn effect(&self, tx: &mut Tx<'_>, record: &Record, react: &React) -> Result<(), Failure> {
        let span = trace::processed(tx.service(), self.name, record);
        let done = caught(react(tx, record)).instrument(span.clone()).await;
        match &done {
            Ok(()) => {}
            Err(Failure::Away(_)) => trace::failed(&span, "away"),
            Err(Failure::Broken(_)) => trace::failed(&span, "broken"),
        }
        done
    }

    /// Applies a batch in its order: all proofs in one statement, then each effect. An event waits behind an earlier
    /// one of its key that is parked.
    async fn apply_in_order(&self, tx: &mut Tx<'_>, batch: &[Record]) -> Result<(), Failure> {
        use diesel::sql_types;
        #[derive(QueryableByName)]
        struct Proven {
            #[diesel(sql_type = sql_types::Uuid)]
            event_id: Uuid,
        }
        let of_interest: Vec<_> = batch.iter().filter_map(|r| Some((r, self.reaction(r)?))).collect();
        if of_interest.is_empty() {
            return Ok(());
        }
        let (ids, keys): (Vec<Uuid>, Vec<Uuid>) =
            of_interest.iter().map(|(record, _)| (record.event_id, record.key)).unzip();
        let prove = diesel::sql_query(
            "INSERT INTO processed_event (consumer, event_id) SELECT $1, e.id FROM unnest($2, $3) AS e (id, key) \
             WHERE NOT EXISTS (SELECT 1 FROM parked_event p WHERE p.consumer = $1 AND p.key = e.key) \
             ON CONFLICT DO NOTHING RETURNING event_id",
        )
        .bind::<sql_types::Text, _>(self.name)
        .bind::<sql_types::Array<sql_types::Uuid>, _>(&ids)
        .bind::<sql_types::Array<sql_types::Uuid>, _>(&keys);
        let proven = prepared(prove).load::<Proven>(tx).await?;
        let mut first: HashSet<Uuid> = proven.into_iter().map(|p| p.event_id).collect();
        let done: HashSet<Uuid> = if first.len() == of_interest.len() {
            HashSet::new()
        } else {
            let proofs = processed_event::table
                .filter(processed_event::consumer.eq(self.name))
                .filter(processed_event::event_id.eq_any(&ids));
            proofs.select(processed_event::event_id).load(tx).await?.into_iter().collect()
        };
        for (record, react) in of_interest {
            // Taken out, so that a batch that holds an event twice applies it once.
            if first.remove(&record.event_id) {
                self.effect(tx, record, react).await?;
            } else if !done.contains(&record.event_id) {
                self.park(tx, record, "an earlier event of this key is parked").await?;
            }
        }
        Ok(())
    }

    async fn park(&self, tx: &mut Tx<'_>, record: &Record, cause: &str) -> Result<(), Failure> {
        let now = tx.clock().now();
        diesel::insert_into(parked_event::table)
            .values((
                parked_event::consumer.eq(self.name),
                parked_event::key.eq(record.key),
                parked_event::event_id.eq(record.event_id),
                parked_event::record
                    .eq(serde_json::to_value(record).map_err(|e| Failure::Broken(e.to_string()))?),
                parked_event::cause.eq(cause),
                parked_event::parked_at.eq(now),
            ))
            .on_conflict_do_nothing()
            .execute(tx)
            .await?;
        Ok(())
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer").field("name", &self.name).finish_non_exhaustive()
    }
}

fn envelope<T: DeserializeOwned>(record: &Record) -> Result<Envelope<T>, Failure> {
    let data = T::deserialize(&record.data).map_err(|e| Failure::Broken(format!("{}: {e}", record.kind)))?;
    Ok(Envelope {
        id: record.event_id,
        kind: record.kind.clone(),
        key: record.key,
        sequence: record.sequence,
        time: record.occurred_at,
        actor: record.headers.get("actor").and_then(|a| serde_json::from_value(a.clone()).ok()),
        data,
    })
}

/// A panic is a failure like any other: it must not end the loop that called the work.
pub(crate) async fn caught<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    fn words(panic: &(dyn Any + Send)) -> &str {
        let owned = || panic.downcast_ref::<String>().map(String::as_str);
        panic.downcast_ref::<&str>().copied().or_else(owned).unwrap_or("no words")
    }
    AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .unwrap_or_else(|panic| Err(Failure::Broken(format!("panicked: {}", words(panic.as_ref())))))
}

/// Commits what was done, or undoes what was not.
pub(crate) async fn end<T>(cx: &Ctx, open: Open<'_>, done: Result<T, Failure>) -> Result<T, Failure> {
    match done {
        Ok(done) => {
            cx.commit(open).await?;
            Ok(done)
        }
        Err(failure) => {
            open.rollback().await;
            Err(failure)
        }
    }
}

/// A consumer with what its effects need. Whoever reads for it says where it stands.
#[derive(Clone, Debug)]
pub(super) struct Effects {
    pub cx: Ctx,
    pub consumer: Consumer,
}

/// Where a consumer stands in a source's log, once a batch has had its effects.
type Position = Option<(&'static str, i64)>;

impl Effects {
    /// Gives a batch its effects, in order, each exactly once. What fails for good is parked; the rest goes on. A
    /// position is written in the effects' transaction.
    ///
    /// # Errors
    /// Something is away: nothing of what is left had an effect, and the batch may be given again.
    pub(super) async fn take(&self, batch: &[Record], position: Position) -> Result<(), Failure> {
        if batch.is_empty() {
            return Ok(());
        }
        match self.all(batch, position).await {
            Ok(()) => {}
            Err(away @ Failure::Away(_)) if batch.len() < 2 => return Err(away),
            // Somewhere in the batch is one that fails: one by one, so that it holds back nobody but its key. Or the rows
            // of many events were wanted by another transaction too: one event at a time holds few, for a moment.
            Err(_) => {
                for record in batch {
                    self.one(record, position.map(|(source, _)| (source, record.position))).await?;
                }
            }
        }
        for record in batch {
            let ignored = self.consumer.reaction(record).is_none();
            self.cx.metrics.consumed(self.consumer.name, record.source(), ignored);
        }
        Ok(())
    }

    /// The whole batch in one transaction.
    async fn all(&self, batch: &[Record], position: Position) -> Result<(), Failure> {
        let mut open = self.cx.begin().await?;
        let mut tx = open.tx();
        let mut done = self.consumer.apply_in_order(&mut tx, batch).await;
        if done.is_ok() {
            done = self.move_to(&mut tx, position).await;
        }
        end(&self.cx, open, done).await
    }

    async fn one(&self, record: &Record, position: Position) -> Result<(), Failure> {
        let mut tries = 0;
        let cause = loop {
            tries += 1;
            match self.all(std::slice::from_ref(record), position).await {
                Ok(()) => return Ok(()),
                Err(away @ Failure::Away(_)) => return Err(away),
                Err(Failure::Broken(cause)) if tries >= TRIES => break cause,
                Err(Failure::Broken(_)) => tokio::time::sleep(Duration::from_millis(10 << tries)).await,
            }
        };
        let (cx, consumer) = (&self.cx, &self.consumer);
        tracing::error!(consumer = consumer.name, event.id = %record.event_id, event.kind = record.kind, cause, "event parked");
        cx.metrics.parked(consumer.name, record.source());
        let mut open = cx.begin().await?;
        let mut tx = open.tx();
        let mut done = consumer.park(&mut tx, record, &cause).await;
        if done.is_ok() {
            done = self.move_to(&mut tx, position).await;
        }
        end(cx, open, done).await?;
        cx.bus.copy_parked(consumer.name, record, &cause).await;
        Ok(())
    }

    async fn move_to(&self, tx: &mut Tx<'_>, position: Position) -> Result<(), Failure> {
        let Some((source, position)) = position else { return Ok(()) };
        diesel::insert_into(consumer_position::table)
            .values((
                consumer_position::consumer.eq(self.consumer.name),
                consumer_position::source.eq(source),
                consumer_position::position.eq(position),
            ))
            .on_conflict((consumer_position::consumer, consumer_position::source))
            .do_update()
            .set(consumer_position::position.eq(position))
            .execute(tx)
            .await?;
        tx.sound();
        Ok(())
    }
}

/// The consumers of a service, each to be run for as long as the service: over Kafka, or over the logs of this process.
pub(crate) fn running(cx: &Ctx, consumers: &[Consumer]) -> Vec<BoxFuture<'static, ()>> {
    let Some(kafka) = cx.bus.over_kafka() else {
        return Running::of(cx, consumers).into_iter().map(|r| r.run().boxed()).collect();
    };
    let effects = consumers.iter().map(|c| Effects { cx: cx.clone(), consumer: c.clone() });
    effects.map(|effects| kafka.clone().consume(effects).boxed()).collect()
}

/// A consumer reading one source's log. In one process there is one of each, so it may remember where it is.
#[derive(Debug)]
pub(crate) struct Running {
    effects: Effects,
    source: &'static str,
    /// Read up to here, and what of it stands in the database; unknown at the start and after a failure.
    position: Option<i64>,
    written: i64,
}

impl Running {
    pub(crate) fn of(cx: &Ctx, consumers: &[Consumer]) -> Vec<Self> {
        let each = |c: &Consumer| {
            let effects = Effects { cx: cx.clone(), consumer: c.clone() };
            c.sources().into_iter().map(move |source| Self {
                effects: effects.clone(),
                source,
                position: None,
                written: 0,
            })
        };
        consumers.iter().flat_map(each).collect()
    }

    /// Takes the next batch; fewer than [`BATCH`] when it has read everything.
    pub(crate) async fn step(&mut self) -> Result<usize, Failure> {
        let after = if let Some(position) = self.position.take() {
            position
        } else {
            self.written = self.stored_position().await?;
            self.written
        };
        let batch = read_log(&self.effects.cx.bus, self.source, after, BATCH).await?;
        let last = batch.last().map_or(after, |r| r.position);
        let of_interest = batch.iter().any(|record| self.effects.consumer.reaction(record).is_some());
        if of_interest || last - self.written >= UNWRITTEN {
            self.effects.take(&batch, Some((self.source, last))).await?;
            self.written = last;
        }
        self.position = Some(last);
        Ok(batch.len())
    }

    async fn stored_position(&self) -> Result<i64, Failure> {
        let mut connection = self.effects.cx.db.get().await?;
        Ok(consumer_position::table
            .find((self.effects.consumer.name, self.source))
            .select(consumer_position::position)
            .first(&mut *connection)
            .await
            .optional()?
            .unwrap_or(0))
    }

    /// Follows the source's log until the service stops.
    pub(crate) async fn run(mut self) {
        let stop = self.effects.cx.tasks.stopping();
        let mut grown = self.effects.cx.bus.grown(self.source);
        while !stop.is_cancelled() {
            // Before reading: what is announced while we read wakes us again.
            grown.mark_unchanged();
            match self.step().await {
                Ok(count) if count >= usize::try_from(BATCH).unwrap_or(usize::MAX) => {}
                Ok(_) => {
                    tokio::select! {
                        _ = grown.changed() => {}
                        () = tokio::time::sleep(Duration::from_secs(5)) => {}
                        () = stop.cancelled() => {}
                    }
                }
                Err(failure) => {
                    let consumer = self.effects.consumer.name;
                    tracing::warn!(consumer, source = self.source, %failure, "waiting to try again");
                    tokio::select! {
                        () = tokio::time::sleep(Duration::from_millis(500)) => {}
                        () = stop.cancelled() => {}
                    }
                }
            }
        }
    }
}
