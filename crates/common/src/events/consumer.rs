//! Consumers: each advances alone, with its position and its proofs of effect in its own service's database.

use std::{collections::BTreeSet, fmt, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::{Actor, Record, relay::read_log, source_of};
use crate::{
    db::{Class, Open, Tx, classify, schema::{consumer_position, parked_event, processed_event}},
    http::Problem,
    service::Ctx,
};

/// Events taken in one transaction.
const BATCH: i64 = 200;

/// Tries of a broken reaction before its event is parked.
const TRIES: u32 = 5;

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

type React = Arc<dyn for<'a, 'b> Fn(&'a mut Tx<'b>, &'a Record) -> BoxFuture<'a, Result<(), Failure>> + Send + Sync>;

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
        F: for<'a, 'b> Fn(&'a mut Tx<'b>, Envelope<T>) -> BoxFuture<'a, Result<(), Failure>> + Send + Sync + 'static,
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

    fn reaction(&self, record: &Record) -> Option<&React> {
        self.reactions.iter().find(|(topic, kind, _)| *topic == record.topic && *kind == record.kind).map(|(.., r)| r)
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

    /// Applies parked events again, in order, and forgets those that now pass. Returns how many did.
    ///
    /// # Errors
    /// The first failure; what passed before it stays.
    pub async fn replay_parked(&self, cx: &Ctx) -> Result<usize, Failure> {
        let parked = {
            let mut connection = cx.db.get().await?;
            parked_event::table
                .filter(parked_event::consumer.eq(self.name))
                .order(parked_event::id)
                .select((parked_event::id, parked_event::record))
                .load::<(i64, serde_json::Value)>(&mut *connection)
                .await?
        };
        let mut passed = 0;
        for (id, record) in parked {
            let record: Record = serde_json::from_value(record).map_err(|e| Failure::Broken(e.to_string()))?;
            let mut open = cx.begin().await?;
            diesel::delete(parked_event::table.find(id)).execute(&mut open.tx()).await?;
            let done = self.apply(&mut open.tx(), &record).await;
            end(cx, open, done).await?;
            passed += 1;
        }
        Ok(passed)
    }

    /// Effect and proof of it, unless the proof is there already.
    async fn apply(&self, tx: &mut Tx<'_>, record: &Record) -> Result<(), Failure> {
        let Some(react) = self.reaction(record) else { return Ok(()) };
        let first = diesel::insert_into(processed_event::table)
            .values((processed_event::consumer.eq(self.name), processed_event::event_id.eq(record.event_id)))
            .on_conflict_do_nothing()
            .execute(tx)
            .await?;
        if first == 1 { react(tx, record).await } else { Ok(()) }
    }

    /// As [`Self::apply`], unless an earlier event of the same key is parked: then this one waits behind it.
    async fn apply_in_order(&self, tx: &mut Tx<'_>, record: &Record) -> Result<(), Failure> {
        if self.reaction(record).is_none() {
            return Ok(());
        }
        let behind = diesel::select(diesel::dsl::exists(
            parked_event::table
                .filter(parked_event::consumer.eq(self.name))
                .filter(parked_event::key.eq(record.key)),
        ))
        .get_result::<bool>(tx)
        .await?;
        if behind { self.park(tx, record, "an earlier event of this key is parked").await } else { self.apply(tx, record).await }
    }

    async fn park(&self, tx: &mut Tx<'_>, record: &Record, cause: &str) -> Result<(), Failure> {
        let now = tx.clock().now();
        diesel::insert_into(parked_event::table)
            .values((
                parked_event::consumer.eq(self.name),
                parked_event::key.eq(record.key),
                parked_event::event_id.eq(record.event_id),
                parked_event::record.eq(serde_json::to_value(record).map_err(|e| Failure::Broken(e.to_string()))?),
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

/// A consumer reading one source's log.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    cx: Ctx,
    consumer: Consumer,
    source: &'static str,
}

impl Running {
    pub(crate) fn of(cx: &Ctx, consumers: &[Consumer]) -> Vec<Self> {
        let each = |c: &Consumer| {
            let (cx, consumer) = (cx.clone(), c.clone());
            c.sources().into_iter().map(move |source| Self { cx: cx.clone(), consumer: consumer.clone(), source })
        };
        consumers.iter().flat_map(each).collect()
    }

    /// Takes the next batch; 0 when it has read everything.
    pub(crate) async fn step(&self) -> Result<usize, Failure> {
        let (cx, consumer, source) = (&self.cx, &self.consumer, self.source);
        let after = self.position().await?;
        let batch = read_log(&cx.bus, source, after, BATCH).await?;
        let Some(last) = batch.last().map(|r| r.position) else { return Ok(0) };
        let together = self.all(&batch, last).await;
        match together {
            Ok(()) => {}
            Err(away @ Failure::Away(_)) => return Err(away),
            // Somewhere in the batch is one that fails: one by one, so that it holds back nobody but its key.
            Err(Failure::Broken(_)) => {
                for record in &batch {
                    self.one(record).await?;
                }
            }
        }
        cx.metrics.consumed(consumer.name, source, batch.len());
        Ok(batch.len())
    }

    /// The whole batch in one transaction.
    async fn all(&self, batch: &[Record], last: i64) -> Result<(), Failure> {
        let mut open = self.cx.begin().await?;
        let mut tx = open.tx();
        let mut done = Ok(());
        for record in batch {
            done = self.consumer.apply_in_order(&mut tx, record).await;
            if done.is_err() {
                break;
            }
        }
        if done.is_ok() {
            done = self.move_to(&mut tx, last).await;
        }
        end(&self.cx, open, done).await
    }

    async fn one(&self, record: &Record) -> Result<(), Failure> {
        let mut tries = 0;
        let cause = loop {
            tries += 1;
            match self.all(std::slice::from_ref(record), record.position).await {
                Ok(()) => return Ok(()),
                Err(away @ Failure::Away(_)) => return Err(away),
                Err(Failure::Broken(cause)) if tries >= TRIES => break cause,
                Err(Failure::Broken(_)) => tokio::time::sleep(Duration::from_millis(10 << tries)).await,
            }
        };
        let (cx, consumer) = (&self.cx, &self.consumer);
        tracing::error!(consumer = consumer.name, event.id = %record.event_id, event.kind = record.kind, cause, "event parked");
        cx.metrics.parked(consumer.name, self.source);
        let mut open = cx.begin().await?;
        let mut tx = open.tx();
        let mut done = consumer.park(&mut tx, record, &cause).await;
        if done.is_ok() {
            done = self.move_to(&mut tx, record.position).await;
        }
        end(cx, open, done).await
    }

    async fn position(&self) -> Result<i64, Failure> {
        let mut connection = self.cx.db.get().await?;
        Ok(consumer_position::table
            .find((self.consumer.name, self.source))
            .select(consumer_position::position)
            .first(&mut *connection)
            .await
            .optional()?
            .unwrap_or(0))
    }

    async fn move_to(&self, tx: &mut Tx<'_>, position: i64) -> Result<(), Failure> {
        diesel::insert_into(consumer_position::table)
            .values((
                consumer_position::consumer.eq(self.consumer.name),
                consumer_position::source.eq(self.source),
                consumer_position::position.eq(position),
            ))
            .on_conflict((consumer_position::consumer, consumer_position::source))
            .do_update()
            .set(consumer_position::position.eq(position))
            .execute(tx)
            .await?;
        Ok(())
    }

    /// Follows the source's log until the service stops.
    pub(crate) async fn run(self) {
        let stop = self.cx.tasks.stopping();
        let mut grown = self.cx.bus.grown(self.source);
        while !stop.is_cancelled() {
            grown.mark_unchanged();
            match self.step().await {
                Ok(0) => {
                    tokio::select! {
                        _ = grown.changed() => {}
                        () = tokio::time::sleep(Duration::from_secs(5)) => {}
                        () = stop.cancelled() => {}
                    }
                }
                Ok(_) => {}
                Err(failure) => {
                    tracing::warn!(consumer = self.consumer.name, source = self.source, %failure, "waiting to try again");
                    tokio::select! {
                        () = tokio::time::sleep(Duration::from_millis(500)) => {}
                        () = stop.cancelled() => {}
                    }
                }
            }
        }
    }
}
