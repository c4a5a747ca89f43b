//! A service: its mounts, what it reacts to, its timers.

use std::sync::Arc;

use actix_web::web;
use events::{Consumer, jobs::Jobs};
use futures_util::future::BoxFuture;
use http::idempotency;

use crate::{Ctx, Mount, revocations};

/// Registers what else the process serves (the web front), behind all mounts.
pub type Front = Arc<dyn Fn(&mut web::ServiceConfig) + Send + Sync>;

/// Something that runs beside the requests until the service stops.
pub type Worker = Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>;

/// A service that is ready to be served.
#[derive(Clone)]
pub struct Service {
    pub cx: Ctx,
    pub mounts: Vec<Mount>,
    pub consumers: Vec<Consumer>,
    pub jobs: Jobs,
    pub workers: Vec<Worker>,
}

impl Service {
    /// Registers all mounts of this service.
    pub fn configure(&self, config: &mut web::ServiceConfig) {
        for mount in &self.mounts {
            mount.configure(&self.cx, config);
        }
    }

    /// Starts relay, consumers, jobs and workers, and, once in a process, what hears of ended device sessions.
    pub fn start(&self) {
        let cx = &self.cx;
        if cx.verifier.revocations().claim() {
            cx.tasks.spawn(revocations::follow(cx.clone()));
        }
        for worker in events::workers(cx, &self.consumers, &self.jobs) {
            cx.tasks.spawn(worker);
        }
        let stop = cx.tasks.stopping();
        cx.tasks.spawn(idempotency::forget(cx.name, cx.db.clone(), cx.clock.clone(), stop));
        for worker in &self.workers {
            cx.tasks.spawn(worker());
        }
    }
}
