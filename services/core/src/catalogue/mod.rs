//! Catalogue: talents that are offered and needs that are asked for. One table and one life cycle; a talent stands for
//! months, a need for days and ends when its one place is taken.
//!
//! `domain` judges, `content` reads what somebody typed, `store` writes it together with what a search needs, `events`
//! tells the others, `change` does all of it for a new state. The clock warns a week before the end and ends it
//! (`expire`). Here are the lists and what a request does to a listing; what answers with the whole of one also says
//! what engagements and inquiries know of it, so those handlers stand above, in `operations`.

pub(crate) mod api;
mod change;
mod content;
mod domain;
mod edit;
mod events;
mod expire;
mod leave;
mod list_of_member;
mod list_own;
mod page;
mod problem;
mod publish;
mod schema;
mod store;
mod view;

use common::jobs::Jobs;
use futures_util::FutureExt;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(list_own::talents)
        .service(list_own::needs)
        .service(list_of_member::talents)
        .service(list_of_member::needs);
}

pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    jobs.on(expire::TIMER, |tx, job| expire::run(tx, job).boxed())
}
