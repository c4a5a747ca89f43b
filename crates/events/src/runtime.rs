//! What events and jobs run on, and where their transactions begin and end.

use std::{
    any::Any,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures_util::FutureExt;
use kernel::{metrics::Metrics, tasks::Tasks, time::Clock};
use pg::{Failure, Open, Pool, Scope, Signal};
use tokio::sync::Notify;

use crate::{Bus, log::Inbox};

/// The transaction has emitted events.
pub(crate) const EVENTS: Signal = Signal::new(0);

/// The transaction has set timers.
pub(crate) const JOBS: Signal = Signal::new(1);

/// One service's part of a process. Cheap to clone; clones are the same runtime.
#[derive(Clone)]
pub struct Runtime {
    /// The service, which is also the second part of its topics.
    pub name: &'static str,
    pub db: Pool,
    pub bus: Bus,
    pub clock: Clock,
    pub tasks: Tasks,
    pub metrics: Metrics,
    pub(crate) wakes: Arc<Wakes>,
    scope: Arc<Scope>,
}

/// What wakes the workers of a service.
#[derive(Debug, Default)]
pub(crate) struct Wakes {
    /// The log has grown.
    pub log: Notify,
    /// What has grown it was committed here.
    pub inbox: Inbox,
    /// Somebody else may have grown it.
    pub look: AtomicBool,
    pub timers: Notify,
    /// As `timers`, for those that call out.
    pub calls: Notify,
    /// After a commit with events, when another process leads the relay.
    pub notifier: Notify,
    /// Whether this process leads the service's relay.
    pub is_leader: AtomicBool,
}

impl Runtime {
    /// The runtime of the service called `name`; its log can be read on `bus` from now on.
    pub fn new(name: &'static str, db: Pool, bus: Bus, clock: Clock, tasks: Tasks, metrics: Metrics) -> Self {
        bus.offer_log(name, db.clone());
        let scope = Arc::new(Scope { clock: clock.clone(), service: name });
        Self { name, db, bus, clock, tasks, metrics, wakes: Arc::default(), scope }
    }

    /// Opens a transaction that must be ended with [`Runtime::commit`] or [`Open::rollback`]; handlers use `cx.tx`.
    ///
    /// # Errors
    /// PostgreSQL is unavailable.
    pub async fn begin(&self) -> Result<Open<'_>, pg::Error> {
        Ok(Open::begin(self.db.get().await?, &self.scope))
    }

    /// Commits, and wakes relay and timers if there is something for them.
    ///
    /// # Errors
    /// The commit fails.
    pub async fn commit(&self, open: Open<'_>) -> diesel::QueryResult<()> {
        let after = open.commit().await?;
        let is_asked_for_timers = after.asks_for(JOBS);
        if after.asks_for(EVENTS) {
            if self.bus.over_kafka().is_none() || self.wakes.is_leader.load(Ordering::Acquire) {
                self.wakes.inbox.put(after.told);
                self.wakes.log.notify_one();
            } else {
                self.wakes.notifier.notify_one();
            }
        }
        if is_asked_for_timers {
            self.wakes.timers.notify_one();
            self.wakes.calls.notify_one();
        }
        Ok(())
    }

    /// Commits what was done, or undoes what was not.
    ///
    /// # Errors
    /// Those of `done`, and of the commit.
    pub async fn end<T, E: From<diesel::result::Error>>(
        &self,
        open: Open<'_>,
        done: Result<T, E>,
    ) -> Result<T, E> {
        match done {
            Ok(done) => {
                self.commit(open).await?;
                Ok(done)
            }
            Err(failure) => {
                open.rollback().await;
                Err(failure)
            }
        }
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runtime").field("name", &self.name).finish_non_exhaustive()
    }
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
        .unwrap_or_else(|panic| Err(Failure::Permanent(format!("panicked: {}", words(panic.as_ref())))))
}
