//! Hours: the activity book in real minutes. What one gave, another received, so it sums to zero; an entry is never
//! edited. Members' own sums are columns of membership that move in the same transaction.

mod api;
mod domain;
mod events;
mod post;
mod problem;
mod schema;
mod store;
mod summary;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use api::on_day;
pub(crate) use domain::{Confirmed, Room};
pub(crate) use post::post;

pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(summary::handle);
}
