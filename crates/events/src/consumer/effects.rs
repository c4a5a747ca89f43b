//! Effects of events, each exactly once: the effect, the proof of it and the position are one transaction. What fails
//! for good is set aside as a dead letter, and later events of its key behind it.

use std::{collections::HashSet, sync::Arc, time::Duration};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use kernel::trace;
use pg::{
    Failure, Record, Tx, prepared,
    schema::{consumer_position, parked_event, processed_event},
};
use tracing::Instrument;
use uuid::Uuid;

use super::definition::{Consumer, React};
use crate::{Runtime, runtime::caught};

/// Events taken in one transaction.
pub(crate) const BATCH: i64 = 200;

/// Tries of a reaction that fails for good before its event becomes a dead letter.
const TRIES: u32 = 5;

impl Consumer {
    /// Plays one event into this consumer, as its source's log would: once, however often it is called.
    ///
    /// # Errors
    /// The reaction's own failure.
    pub async fn play(&self, cx: &Runtime, record: &Record) -> Result<(), Failure> {
        let mut open = cx.begin().await?;
        let done = self.apply(&mut open.tx(), record).await;
        cx.end(open, done).await
    }

    /// Applies dead letters again, in order, and forgets those that now pass. One that fails again keeps back those
    /// of its key and no others. Returns how many passed. With `only`, the key of that event alone has its turn.
    ///
    /// # Errors
    /// The first failure, after all other keys had their turn; what passed stays.
    pub async fn replay_dead_letters(&self, cx: &Runtime, only: Option<Uuid>) -> Result<usize, Failure> {
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
        // Until none is left: while we replay, events of the same keys are set aside behind.
        loop {
            let letters = {
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
            let Some((last, ..)) = letters.last() else { break };
            seen = *last;
            for (id, key, record) in letters {
                if stuck.contains(&key) || key_of_only.is_some_and(|only| only != key) {
                    continue;
                }
                match self.replay(cx, id, record).await {
                    Ok(()) => passed += 1,
                    Err(transient @ Failure::Transient(_)) => return Err(transient),
                    Err(permanent) => {
                        stuck.insert(key);
                        failed.get_or_insert(permanent);
                    }
                }
            }
        }
        failed.map_or(Ok(passed), Err)
    }

    async fn replay(&self, cx: &Runtime, id: i64, record: serde_json::Value) -> Result<(), Failure> {
        let record: Record = serde_json::from_value(record).map_err(|e| Failure::Permanent(e.to_string()))?;
        let mut open = cx.begin().await?;
        let mut tx = open.tx();
        let done = async {
            diesel::delete(parked_event::table.find(id)).execute(&mut tx).await?;
            self.apply(&mut tx, &record).await
        };
        let done = done.await;
        cx.end(open, done).await
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
        let span = trace::processed(tx.service(), self.name, record.into());
        let done = caught(react(tx, record)).instrument(span.clone()).await;
        match &done {
            Ok(()) => {}
            Err(Failure::Transient(_)) => trace::failed(&span, "transient"),
            Err(Failure::Permanent(_)) => trace::failed(&span, "permanent"),
        }
        done
    }

    /// Applies a batch in its order: all proofs in one statement, then each effect. An event waits behind an earlier
    /// one of its key that is a dead letter.
    pub(super) async fn apply_in_order(&self, tx: &mut Tx<'_>, batch: &[Arc<Record>]) -> Result<(), Failure> {
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
                self.set_aside(tx, record, "an earlier event of this key is parked")?;
            }
        }
        Ok(())
    }

    /// Sets `record` aside as a dead letter.
    fn set_aside(&self, tx: &mut Tx<'_>, record: &Record, cause: &str) -> Result<(), Failure> {
        let now = tx.clock().now();
        let insert = diesel::insert_into(parked_event::table)
            .values((
                parked_event::consumer.eq(self.name),
                parked_event::key.eq(record.key),
                parked_event::event_id.eq(record.event_id),
                parked_event::record
                    .eq(serde_json::to_value(record).map_err(|e| Failure::Permanent(e.to_string()))?),
                parked_event::cause.eq(cause.to_owned()),
                parked_event::parked_at.eq(now),
            ))
            .on_conflict_do_nothing();
        tx.defer(insert);
        Ok(())
    }
}

/// A consumer with what its effects need. Its reader tells where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Effects {
    pub cx: Runtime,
    pub consumer: Consumer,
}

/// Where a consumer stands in a source's log, once a batch has had its effects.
type Position = Option<(&'static str, i64)>;

impl Effects {
    /// Gives a batch its effects, in order, each exactly once. What fails for good becomes a dead letter; the rest goes on. A
    /// position is written in the effects' transaction.
    ///
    /// # Errors
    /// Something is unavailable: nothing of what is left had an effect, and the batch may be given again.
    pub(crate) async fn take(&self, batch: &[Arc<Record>], position: Position) -> Result<(), Failure> {
        if batch.is_empty() {
            return Ok(());
        }
        match self.all(batch, position).await {
            Ok(()) => {}
            Err(transient @ Failure::Transient(_)) if batch.len() < 2 => return Err(transient),
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
    async fn all(&self, batch: &[Arc<Record>], position: Position) -> Result<(), Failure> {
        let mut open = self.cx.begin().await?;
        let done = self.consumer.apply_in_order(&mut open.tx(), batch).await;
        self.move_to(&mut open.tx(), position);
        self.cx.end(open, done).await
    }

    async fn one(&self, record: &Arc<Record>, position: Position) -> Result<(), Failure> {
        let mut tries = 0;
        let cause = loop {
            tries += 1;
            match self.all(std::slice::from_ref(record), position).await {
                Ok(()) => return Ok(()),
                Err(transient @ Failure::Transient(_)) => return Err(transient),
                Err(Failure::Permanent(cause)) if tries >= TRIES => break cause,
                Err(Failure::Permanent(_)) => tokio::time::sleep(Duration::from_millis(10 << tries)).await,
            }
        };
        let (cx, consumer) = (&self.cx, &self.consumer);
        tracing::error!(consumer = consumer.name, event.id = %record.event_id, event.kind = record.kind, cause, "event set aside as a dead letter");
        cx.metrics.dead_letter(consumer.name, record.source());
        let mut open = cx.begin().await?;
        let mut tx = open.tx();
        let done = consumer.set_aside(&mut tx, record, &cause);
        self.move_to(&mut tx, position);
        cx.end(open, done).await?;
        cx.bus.copy_dead_letter(consumer.name, record, &cause).await;
        Ok(())
    }

    fn move_to(&self, tx: &mut Tx<'_>, position: Position) {
        let Some((source, position)) = position else { return };
        let insert = diesel::insert_into(consumer_position::table)
            .values((
                consumer_position::consumer.eq(self.consumer.name),
                consumer_position::source.eq(source),
                consumer_position::position.eq(position),
            ))
            .on_conflict((consumer_position::consumer, consumer_position::source))
            .do_update()
            .set(consumer_position::position.eq(position));
        tx.defer(insert);
    }
}
