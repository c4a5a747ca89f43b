//! Timers in PostgreSQL: one row per (kind, key). A job's work and the end of its row are one transaction. Work that calls
//! another program ([`Jobs::on_call`]) runs outside of any, beside the others.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::future::{BoxFuture, join_all};
use kernel::trace;
use pg::{Failure, Tx, prepared, schema::job};
use serde::Serialize;
use serde_json::Value;
use tracing::Instrument;
use uuid::Uuid;

use crate::{
    Runtime,
    runtime::{JOBS, caught},
};

/// Setting timers in the transaction that gives the reason. An extension trait, because the database knows no jobs.
pub trait Schedule {
    /// Sets the timer `(kind, key)`; setting it again moves it.
    ///
    /// # Errors
    /// The statement fails.
    fn schedule<P: Serialize + Sync>(
        &mut self,
        kind: &'static str,
        key: impl fmt::Display + Send,
        run_at: DateTime<Utc>,
        payload: &P,
    ) -> impl Future<Output = QueryResult<()>> + Send;

    /// Removes the timer `(kind, key)`, if there is one.
    ///
    /// # Errors
    /// The statement fails.
    fn unschedule(
        &mut self,
        kind: &'static str,
        key: impl fmt::Display + Send,
    ) -> impl Future<Output = QueryResult<()>> + Send;
}

impl Schedule for Tx<'_> {
    async fn schedule<P: Serialize + Sync>(
        &mut self,
        kind: &'static str,
        key: impl fmt::Display + Send,
        run_at: DateTime<Utc>,
        payload: &P,
    ) -> QueryResult<()> {
        self.after_commit(JOBS);
        schedule(self, kind, key.to_string(), run_at, payload)
    }

    async fn unschedule(&mut self, kind: &'static str, key: impl fmt::Display + Send) -> QueryResult<()> {
        self.defer(diesel::delete(
            job::table.filter(job::kind.eq(kind)).filter(job::key.eq(key.to_string())),
        ));
        Ok(())
    }
}

/// A due timer.
#[derive(Clone, Debug)]
pub struct Job {
    pub kind: String,
    pub key: String,
    pub run_at: DateTime<Utc>,
    pub payload: Value,
}

type Run = Arc<
    dyn for<'a, 'b> Fn(&'a mut Tx<'b>, Job) -> BoxFuture<'a, Result<Option<DateTime<Utc>>, Failure>>
        + Send
        + Sync,
>;

/// A timer that this process has the lease of: its id, how often it was tried, and what it is.
type Claimed = (Uuid, i32, Job);

type Call = Arc<dyn Fn(Job) -> BoxFuture<'static, Result<Option<DateTime<Utc>>, Failure>> + Send + Sync>;

/// What is to be done when a timer is due.
#[derive(Clone)]
enum Work {
    Inside(Run),
    Outside(Call),
}

/// Those that run in a transaction, one after the other, and those that call out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    Inside,
    Outside,
}

impl Lane {
    /// How often one of its workers looks though nobody calls: together they do so every second.
    fn patience(self) -> Duration {
        match self {
            Self::Inside => Duration::from_secs(1),
            Self::Outside => Duration::from_secs(CALLS),
        }
    }
}

/// After this somebody else may try: whoever had it is dead. Longer than [`CALL`].
const LEASE: TimeDelta = TimeDelta::minutes(1);

/// So long work may take that calls out; beyond it, it is dropped and tried again..
pub const CALL: Duration = Duration::from_secs(45);

/// So many jobs of a process call out at a time: one that waits for another program holds few up.
const CALLS: u64 = 4;

/// What this service does when its timers are due.
#[derive(Clone, Default)]
pub struct Jobs(HashMap<&'static str, Work>);

impl Jobs {
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs `work` for due timers of `kind`, inside the chassis' transaction. `Ok(Some(at))` sets the timer again,
    /// `Ok(None)` ends it.
    #[must_use]
    pub fn on<F>(mut self, kind: &'static str, work: F) -> Self
    where
        F: for<'a, 'b> Fn(&'a mut Tx<'b>, Job) -> BoxFuture<'a, Result<Option<DateTime<Utc>>, Failure>>
            + Send
            + Sync
            + 'static,
    {
        self.0.insert(kind, Work::Inside(Arc::new(work)));
        self
    }

    /// Runs `work` for due timers of `kind` outside of any transaction: for what calls another program. It runs beside the
    /// others and may take [`CALL`]. It is run again if its process dies, so it must be safe to repeat, and opens its own
    /// transactions. `Ok(Some(at))` sets the timer again, `Ok(None)` ends it; what fails is tried later and later.
    #[must_use]
    pub fn on_call<F>(mut self, kind: &'static str, work: F) -> Self
    where
        F: Fn(Job) -> BoxFuture<'static, Result<Option<DateTime<Utc>>, Failure>> + Send + Sync + 'static,
    {
        self.0.insert(kind, Work::Outside(Arc::new(work)));
        self
    }

    /// Whether some of them call out.
    pub(crate) fn has_calls(&self) -> bool {
        self.0.values().any(|work| matches!(work, Work::Outside(_)))
    }

    /// Runs the earliest due timer; false when none is due.
    pub(crate) async fn step(&self, cx: &Runtime) -> Result<bool, Failure> {
        Ok(self.step_in(cx, Lane::Inside).await?
            || self.has_calls() && self.step_in(cx, Lane::Outside).await?)
    }

    async fn step_in(&self, cx: &Runtime, lane: Lane) -> Result<bool, Failure> {
        match claim(cx, lane, self.calls()).await? {
            Some(claimed) => {
                if lane == Lane::Outside {
                    // There may be more: another one looks while this one is at it.
                    cx.wakes.calls.notify_one();
                }
                self.work_off(cx, lane, claimed).await.map(|()| true)
            }
            None => Ok(false),
        }
    }

    /// The kinds that call out.
    fn calls(&self) -> Vec<&'static str> {
        let calls = self.0.iter().filter(|(_, work)| matches!(work, Work::Outside(_)));
        calls.map(|(kind, _)| *kind).collect()
    }

    async fn work_off(&self, cx: &Runtime, lane: Lane, claimed: Claimed) -> Result<(), Failure> {
        let (id, attempts, due) = claimed;
        let Some(work) = self.0.get(due.kind.as_str()) else {
            return postpone(cx, id, &due, TimeDelta::hours(1), "no such kind of job in this program").await;
        };
        let span = trace::job(cx.name, &due.kind);
        let done = async {
            match work {
                Work::Inside(work) => {
                    let mut open = cx.begin().await?;
                    let done = perform(&mut open.tx(), id, &due, work).await;
                    cx.end(open, done).await
                }
                Work::Outside(work) => {
                    let work = tokio::time::timeout(CALL, caught(work(due.clone())));
                    let too_long = |_elapsed| Err(Failure::Permanent("it took too long".to_owned()));
                    let next = work.await.unwrap_or_else(too_long)?;
                    settle(cx, id, &due, next).await
                }
            }
        };
        let done = done.instrument(span.clone()).await;
        cx.metrics.job_run(cx.name, done.is_ok());
        match done {
            Ok(()) => Ok(()),
            Err(Failure::Transient(cause)) if lane == Lane::Outside => {
                // Not our database, which the next line needs: others wait for nothing.
                trace::failed(&span, "transient");
                postpone(cx, id, &due, TimeDelta::seconds(1 << attempts.clamp(0, 12)), &cause).await
            }
            Err(Failure::Transient(cause)) => {
                trace::failed(&span, "transient");
                // If this fails too, the lease runs out by itself.
                let _ = postpone(cx, id, &due, TimeDelta::seconds(1), &cause).await;
                Err(Failure::Transient(cause))
            }
            Err(Failure::Permanent(cause)) => {
                trace::failed(&span, "permanent");
                tracing::error!(
                    service = cx.name,
                    job.kind = due.kind,
                    job.key = due.key,
                    cause,
                    "job failed"
                );
                let wait = TimeDelta::seconds(1 << attempts.clamp(0, 12));
                postpone(cx, id, &due, wait, &cause).await
            }
        }
    }

    /// Runs those that call out, a few at a time, until the service stops; what is under way then ends first. Each is driven
    /// while others are claimed: one that held a connection and stood still would leave none to claim with.
    pub(crate) async fn run_calls(self, cx: Runtime) {
        join_all((0..CALLS).map(|_| self.run_lane(&cx, Lane::Outside))).await;
    }

    /// Runs timers as they come due, but for those that call out, until the service stops.
    pub(crate) async fn run(self, cx: Runtime) {
        self.run_lane(&cx, Lane::Inside).await;
    }

    async fn run_lane(&self, cx: &Runtime, lane: Lane) {
        let (stop, mut moves) = (cx.tasks.stopping(), cx.clock.moves());
        let wake = match lane {
            Lane::Inside => &cx.wakes.timers,
            Lane::Outside => &cx.wakes.calls,
        };
        while !stop.is_cancelled() {
            match self.step_in(cx, lane).await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(failure) => tracing::warn!(service = cx.name, ?lane, %failure, "jobs wait to try again"),
            }
            tokio::select! {
                () = wake.notified() => {}
                _ = moves.changed() => {}
                () = tokio::time::sleep(lane.patience()) => {}
                () = stop.cancelled() => {}
            }
        }
    }
}

impl fmt::Debug for Jobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

async fn perform(tx: &mut Tx<'_>, id: Uuid, due: &Job, work: &Run) -> Result<(), Failure> {
    // Removed or moved since it was claimed: then it is not due any more.
    let untouched = || job::table.find(id).filter(job::run_at.eq(due.run_at));
    let still = untouched().select(job::payload).for_update().first::<Value>(tx).await.optional()?;
    let Some(payload) = still else { return Ok(()) };
    // The work itself may move the timer: then that counts, not its answer.
    match caught(work(tx, Job { payload, ..due.clone() })).await? {
        None => tx.defer(diesel::delete(untouched())),
        Some(at) => tx.defer(diesel::update(untouched()).set(job::run_at.eq(at))),
    }
    tx.defer(
        diesel::update(job::table.find(id))
            .set((job::attempts.eq(0), job::locked_until.eq(None::<DateTime<Utc>>))),
    );
    Ok(())
}

/// Ends the timer of work that is done, or sets it again, unless somebody has moved it meanwhile.
async fn settle(cx: &Runtime, id: Uuid, due: &Job, next: Option<DateTime<Utc>>) -> Result<(), Failure> {
    let mut open = cx.begin().await?;
    let untouched = || job::table.find(id).filter(job::run_at.eq(due.run_at));
    let mut tx = open.tx();
    tx.defer(
        diesel::update(untouched()).set((job::attempts.eq(0), job::locked_until.eq(None::<DateTime<Utc>>))),
    );
    match next {
        None => tx.defer(diesel::delete(untouched())),
        Some(at) => tx.defer(diesel::update(untouched()).set(job::run_at.eq(at))),
    }
    Ok(cx.commit(open).await?)
}

/// A lease on the earliest due timer of this lane; `calls` are the kinds that call out.
async fn claim(cx: &Runtime, lane: Lane, calls: Vec<&'static str>) -> Result<Option<Claimed>, Failure> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Uuid)]
        id: Uuid,
        #[diesel(sql_type = diesel::sql_types::Integer)]
        attempts: i32,
        #[diesel(sql_type = diesel::sql_types::Text)]
        kind: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        key: String,
        #[diesel(sql_type = diesel::sql_types::Timestamptz)]
        run_at: DateTime<Utc>,
        #[diesel(sql_type = diesel::sql_types::Jsonb)]
        payload: Value,
    }
    let now = cx.clock.now();
    let mut open = cx.begin().await?;
    let claim = diesel::sql_query(
        "UPDATE job SET attempts = attempts + 1, locked_until = $2 WHERE id = ( \
         SELECT id FROM job WHERE run_at <= $1 AND (locked_until IS NULL OR locked_until <= $1) \
         AND (kind = ANY($3)) = $4 ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, attempts, kind, key, run_at, payload",
    )
    .bind::<diesel::sql_types::Timestamptz, _>(now)
    .bind::<diesel::sql_types::Timestamptz, _>(now + LEASE)
    .bind::<diesel::sql_types::Array<diesel::sql_types::Text>, _>(calls)
    .bind::<diesel::sql_types::Bool, _>(lane == Lane::Outside);
    let claimed = prepared(claim).get_result::<Row>(&mut open.tx()).await.optional();
    let claimed = cx.end(open, claimed).await?;
    Ok(claimed
        .map(|c| (c.id, c.attempts, Job { kind: c.kind, key: c.key, run_at: c.run_at, payload: c.payload })))
}

/// Not before `wait` is over, unless somebody has moved the timer meanwhile.
async fn postpone(cx: &Runtime, id: Uuid, due: &Job, wait: TimeDelta, cause: &str) -> Result<(), Failure> {
    let mut open = cx.begin().await?;
    open.tx().defer(
        diesel::update(job::table.find(id).filter(job::run_at.eq(due.run_at)))
            .set((job::locked_until.eq(cx.clock.now() + wait), job::last_error.eq(cause.to_owned()))),
    );
    Ok(cx.commit(open).await?)
}

fn schedule<P: Serialize + Sync>(
    tx: &mut Tx<'_>,
    kind: &'static str,
    key: String,
    run_at: DateTime<Utc>,
    payload: &P,
) -> QueryResult<()> {
    let payload =
        serde_json::to_value(payload).map_err(|e| diesel::result::Error::SerializationError(Box::new(e)))?;
    let id = tx.clock().id();
    let insert = diesel::insert_into(job::table)
        .values((
            job::id.eq(id),
            job::kind.eq(kind),
            job::key.eq(key),
            job::run_at.eq(run_at),
            job::payload.eq(payload.clone()),
        ))
        .on_conflict((job::kind, job::key))
        .do_update()
        .set((
            job::run_at.eq(run_at),
            job::payload.eq(payload),
            job::attempts.eq(0),
            job::locked_until.eq(None::<DateTime<Utc>>),
        ));
    tx.defer(insert);
    Ok(())
}
