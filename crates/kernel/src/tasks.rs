//! The tasks of a process, and the two signals by which it ends: drain, then stop.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::runtime::Handle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The tasks of a process: all are tracked, and all are told when to finish.
#[derive(Clone, Debug)]
pub struct Tasks {
    /// The runtime that they were made on: those of the HTTP workers end before the last task does.
    runtime: Option<Handle>,
    tracker: TaskTracker,
    draining: CancellationToken,
    stopping: CancellationToken,
    is_unready: Arc<AtomicBool>,
}

impl Default for Tasks {
    fn default() -> Self {
        Self {
            runtime: Handle::try_current().ok(),
            tracker: TaskTracker::new(),
            draining: CancellationToken::new(),
            stopping: CancellationToken::new(),
            is_unready: Arc::default(),
        }
    }
}

impl Tasks {
    /// Runs `task` beside the requests, also beyond the life of the HTTP worker that starts it.
    pub fn spawn<F>(&self, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        match &self.runtime {
            Some(runtime) => self.tracker.spawn_on(task, runtime),
            None => self.tracker.spawn(task),
        };
    }

    /// Fires when long-lived connections should say good-bye; requests still pass.
    pub fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Fires when the last request is answered: relay, consumers and jobs finish what they hold.
    pub fn stopping(&self) -> CancellationToken {
        self.stopping.clone()
    }

    /// From here on readiness is denied: a balancer should send requests to other processes.
    pub fn leave_balancer(&self) {
        self.is_unready.store(true, Ordering::Release);
    }

    /// Whether the process still takes new requests from a balancer.
    pub fn is_ready(&self) -> bool {
        !self.is_unready.load(Ordering::Acquire)
    }

    /// Tells long-lived connections to say good-bye.
    pub fn drain(&self) {
        self.draining.cancel();
    }

    /// Stops everything and waits for it, at most `patience`.
    pub async fn stop(&self, patience: Duration) {
        self.draining.cancel();
        self.stopping.cancel();
        self.tracker.close();
        if tokio::time::timeout(patience, self.tracker.wait()).await.is_err() {
            tracing::warn!(tasks = self.tracker.len(), "tasks did not finish in time");
        }
    }
}
