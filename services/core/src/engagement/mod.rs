//! Engagements: one agreement of a donor with a recipient about one session, from proposal to what happened.
//!
//! `domain` judges; every operation is a file; `change` writes what came of it, all at once: the row, the timeline,
//! the lists of both, their calendars, the activity book, the events and the next timer. `tick` lets the clock act.

pub(crate) mod api;
mod domain;

mod accept;
mod adjust;
mod agree_did_not_take_place;
mod busy;
mod cancel;
mod change;
mod claim;
mod counter;
mod decline;
mod events;
mod facts;
mod get;
mod list;
mod offers;
mod problem;
mod propose;
mod schema;
mod store;
mod terms;
mod tick;
mod tray;
mod view;
mod withdraw;

use common::{events::Consumer, jobs::Jobs};
use futures_util::FutureExt;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use domain::ListingKind;
pub(crate) use events::ListingRef;
pub(crate) use propose::which;

pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(propose::handle)
        .service(list::handle)
        .service(get::handle)
        .service(counter::handle)
        .service(accept::handle)
        .service(decline::handle)
        .service(withdraw::handle)
        .service(cancel::handle)
        .service(claim::handle)
        .service(adjust::handle)
        .service(agree_did_not_take_place::handle)
        .service(offers::handle)
        .service(busy::handle);
}

pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    jobs.on(change::TICK, |tx, job| tick::run(tx, job).boxed())
}

pub(crate) fn consumers() -> Vec<Consumer> {
    Vec::new()
}
