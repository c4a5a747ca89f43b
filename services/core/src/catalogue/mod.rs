//! Catalogue: talents that are offered and needs that are asked for. One table and one life cycle; a talent stands for
//! months, a need for days and ends when its one place is taken.
//!
//! `domain` judges, `content` reads what somebody typed, `store` writes it together with what a search needs, `event`
//! tells the others. The clock warns a week before the end and ends it (`expire`).

mod act;
pub(crate) mod api;
mod content;
mod domain;
mod edit;
mod event;
mod expire;
mod get;
mod list;
mod publish;
mod store;
mod view;

use common::jobs::Jobs;
use futures_util::FutureExt;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(publish::talent)
        .service(publish::need)
        .service(get::talent)
        .service(get::need)
        .service(edit::talent)
        .service(edit::need)
        .service(act::pause_talent)
        .service(act::resume_talent)
        .service(act::renew_talent)
        .service(act::pause_need)
        .service(act::resume_need)
        .service(act::renew_need)
        .service(act::close_need)
        .service(list::my_talents)
        .service(list::my_needs)
        .service(list::members_talents)
        .service(list::members_needs);
}

pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    jobs.on(expire::TIMER, |tx, job| expire::run(tx, job).boxed())
}
