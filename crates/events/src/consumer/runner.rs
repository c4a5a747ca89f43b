//! Reading: over the logs of this process, with a position in memory, or over Kafka.

use std::time::Duration;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::{FutureExt, future::BoxFuture};
use pg::{Failure, schema::consumer_position};

use super::{
    definition::Consumer,
    effects::{BATCH, Effects},
    group,
};
use crate::Runtime;

/// Events of no interest that may be passed before the position is written again.
const UNWRITTEN: i64 = 1000;

/// The consumers of a service, each to be run for as long as the service: over Kafka, or over the logs of this process.
pub(crate) fn running(cx: &Runtime, consumers: &[Consumer]) -> Vec<BoxFuture<'static, ()>> {
    let Some(kafka) = cx.bus.over_kafka() else {
        return Running::of(cx, consumers).into_iter().map(|r| r.run().boxed()).collect();
    };
    let effects = consumers.iter().map(|c| Effects { cx: cx.clone(), consumer: c.clone() });
    effects.map(|effects| group::run(kafka.clone(), effects).boxed()).collect()
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
    pub(crate) fn of(cx: &Runtime, consumers: &[Consumer]) -> Vec<Self> {
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
        let batch = self.effects.cx.bus.read(self.source, after, BATCH).await?;
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
