//! Logging in at an identity provider: the browser is sent there, comes back with a code, and a page of ours finishes the visit.
//! Each visit is a row of hashes for ten minutes, bound to one browser and one provider, and spent once (docs/IDENTITY.md).

mod begin;
mod binding;
mod callback;
mod domain;
mod finish;
mod forget;
mod problem;
mod store;

use common::jobs::Jobs;
use futures_util::FutureExt;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use binding::Bindings;

/// The operations of this context. What has a fixed path comes before what has a name in its place.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(finish::handle).service(begin::handle).service(callback::by_address).service(callback::by_form);
}

/// The timers of this context.
pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    jobs.on(forget::FORGET, |tx, job| forget::run(tx, job).boxed())
}
