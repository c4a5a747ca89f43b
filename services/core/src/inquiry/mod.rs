//! Inquiries: a question about a listing. Core keeps that there is one, of whom and about what; the words are chat's.
//! The inquiry's id is the conversation's.

pub(crate) mod api;
mod open;
mod schema;
mod store;

use common::{events::Consumer, jobs::Jobs};
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(open::handle);
}

pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    jobs
}

pub(crate) fn consumers() -> Vec<Consumer> {
    Vec::new()
}
