//! What a service stands on, and its transactions.

use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Mutex},
    time::Duration,
};

use actix_web::{HttpResponse, web::Bytes};
use events::{Bus, Runtime};
use http::{
    Edge, IdempotencyKey, Problem, Reply,
    auth::{Caller, Verifier},
    idempotency,
};
use kernel::{metrics::Metrics, tasks::Tasks, time::Clock};
use pg::{Connection, Lookup, Pool, Tx};

/// How long a transaction that lost waits before it is run again; after the last one its deadlock becomes the
/// client's. Run again at once it overtakes the one that won and has yet to wake up, and both meet in the same deadlock.
const PAUSES: [Duration; 2] = [Duration::from_millis(25), Duration::from_millis(100)];

/// What the process gives to each service.
#[derive(Clone)]
pub struct Shared {
    pub clock: Clock,
    /// The service's own database.
    pub db: Pool,
    pub bus: Bus,
    pub verifier: Verifier,
    pub tasks: Tasks,
    pub metrics: Metrics,
    pub edge: Edge,
}

/// What every handler of a service stands on: the [`Runtime`] of its events and jobs, and what requests need besides.
/// Cheap to clone.
#[derive(Clone)]
pub struct Ctx(Arc<Inner>);

#[doc(hidden)]
pub struct Inner {
    runtime: Runtime,
    pub verifier: Verifier,
    pub edge: Edge,
    /// OpenAPI documents that were asked for, by mount.
    pub(crate) documents: Mutex<HashMap<&'static str, Bytes>>,
}

impl Deref for Ctx {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = Runtime;

    fn deref(&self) -> &Runtime {
        &self.runtime
    }
}

impl std::fmt::Debug for Ctx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ctx").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Ctx {
    /// The surroundings of the service called `name`, which is also the second part of its topics.
    pub fn new(name: &'static str, shared: Shared) -> Self {
        let Shared { clock, db, bus, verifier, tasks, metrics, edge } = shared;
        let runtime = Runtime::new(name, db, bus, clock, tasks, metrics);
        Self(Arc::new(Inner { runtime, verifier, edge, documents: Mutex::default() }))
    }

    /// A connection for reading.
    ///
    /// # Errors
    /// 503 when PostgreSQL is unavailable.
    pub async fn read(&self) -> Result<Connection, Problem> {
        Ok(self.db.get().await?)
    }

    /// A connection for look-ups: reads of a row or a few by an index, each a single statement. Other requests' look-ups
    /// run on it at the same time; what may take its time uses [`Ctx::read`].
    ///
    /// # Errors
    /// 503 when PostgreSQL is unavailable.
    pub async fn lookup(&self) -> Result<Lookup, Problem> {
        Ok(self.db.lookup().await?)
    }

    /// Runs `work` in one transaction: all of it is committed, or nothing. After a deadlock or serialisation failure
    /// it is run again, so it must not consume what it captures. Never call out over HTTP inside.
    ///
    /// # Errors
    /// The refusal that `work` returned, or the failure of the transaction itself.
    pub async fn tx<T, F>(&self, work: F) -> Result<T, Problem>
    where
        F: for<'t> AsyncFn(Tx<'t>) -> Result<T, Problem>,
    {
        for pause in PAUSES {
            match self.run(&work).await {
                Err(problem) if problem.wants_another_run() => tokio::time::sleep(pause).await,
                other => return other,
            }
        }
        self.run(&work).await
    }

    /// As [`Ctx::tx`], and the same request (caller, key, operation, body) is answered from the first one's reply
    /// for a day. Refusals are not kept: they are judged again.
    ///
    /// # Errors
    /// As [`Ctx::tx`]; 422 `idempotency.mismatch`; 409 `idempotency.in_progress`.
    pub async fn once<F>(&self, me: &Caller, key: &IdempotencyKey, work: F) -> Result<HttpResponse, Problem>
    where
        F: for<'t> AsyncFn(Tx<'t>) -> Result<Reply, Problem>,
    {
        let print = key.fingerprint(me.account);
        let (reply, replayed) = self
            .tx(async |mut tx: Tx<'_>| {
                if let Some(reply) = idempotency::find(&mut tx, &print).await? {
                    return Ok((reply, true));
                }
                let reply = work(tx.reborrow()).await?;
                idempotency::keep(&mut tx, &print, &reply);
                Ok((reply, false))
            })
            .await?;
        Ok(reply.response(replayed))
    }

    async fn run<T, F>(&self, work: &F) -> Result<T, Problem>
    where
        F: for<'t> AsyncFn(Tx<'t>) -> Result<T, Problem>,
    {
        let mut open = self.begin().await?;
        let done = work(open.tx()).await;
        self.end(open, done).await
    }
}
