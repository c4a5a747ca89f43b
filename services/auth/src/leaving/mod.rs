//! Leaving: an account is to be erased in fourteen days and may be kept until then; after that every service erases what it has of
//! the person and answers with a receipt, and the account's own rows go last (ADR 19).
//!
//! - `leave`, `stay` the two operations
//! - `erase` the two timers that lead from the last day to the request
//! - `on_receipt` the answers; `late` the alarm when one is missing

mod api;
mod domain;
mod erase;
mod events;
mod late;
mod leave;
mod on_receipt;
mod problem;
mod stay;
mod store;

use common::{events::Consumer, jobs::Jobs, metrics::Metrics};
use futures_util::FutureExt;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use api::{cancel, schedule};
pub(crate) use events::TOPIC;
pub use events::{AccountDeletionCancelled, AccountDeletionScheduled, AccountErasureRequested};

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(leave::handle).service(stay::handle);
}

/// What this context subscribes to.
pub(crate) fn consumers() -> Vec<Consumer> {
    vec![on_receipt::consumer()]
}

/// The timers of this context.
pub(crate) fn jobs(jobs: Jobs, metrics: Metrics) -> Jobs {
    for (service, _) in domain::SERVICES {
        metrics.receipts_awaited(service);
    }
    jobs.on(domain::CLOSE, |tx, job| erase::close(tx, job).boxed())
        .on(domain::ERASE, |tx, job| erase::request(tx, job).boxed())
        .on(domain::LATE, move |tx, job| {
            let metrics = metrics.clone();
            async move { late::run(tx, job, &metrics).await }.boxed()
        })
}
