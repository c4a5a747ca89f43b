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
mod decline_offers;
mod events;
mod facts;
mod folders;
mod get;
mod leave;
mod list;
mod list_records;
mod offers;
mod problem;
mod propose;
mod rows;
mod schema;
mod store;
mod terms;
mod tick;
mod view;
mod withdraw;

use common::jobs::Jobs;
use futures_util::FutureExt;
use utoipa_actix_web::service_config::ServiceConfig;

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
        .service(busy::handle)
        .service(list_records::handle);
}

pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    jobs.on(change::TICK, |tx, job| tick::run(tx, job).boxed())
}
