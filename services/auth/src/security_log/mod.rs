//! What happened to the ways into an account, for its owner to read: written in the transaction of what happened, kept for half a
//! year. An operation of `identity` shows it, because every context above this one writes here.

mod api;
mod domain;
mod failed;
mod forget;
mod store;

use common::jobs::Jobs;
use futures_util::FutureExt;

pub(crate) use api::{list, record};
pub use domain::SecurityEventKind;
pub(crate) use domain::{Entry, Logged, Place};
pub(crate) use failed::log_in_failed;

/// The timers of this context.
pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    jobs.on(failed::FAILED, |tx, job| failed::run(tx, job).boxed())
        .on(forget::FORGET, |tx, job| forget::run(tx, job).boxed())
}
