//! Inquiries: a question about a listing. Core keeps that there is one, of whom and about what; the words are chat's.
//! The inquiry's id is the conversation's.

pub(crate) mod api;
mod events;
mod open;
mod problem;
mod schema;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(open::handle);
}
