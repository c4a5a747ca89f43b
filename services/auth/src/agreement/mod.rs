//! Saying yes or no to the documents once one is a member: to those whose text has changed, and to news.

mod agree;
mod set_news;

use utoipa_actix_web::service_config::ServiceConfig;

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(set_news::handle).service(agree::handle);
}
