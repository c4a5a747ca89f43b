//! Operations that need several contexts of one level: each is a file, and only `lib.rs` is above them.
//!
//! An operation on a listing answers with the whole of it, and that includes what engagements and inquiries know of it;
//! the catalogue is below both. So the catalogue carries out the command and `show` composes the answer, in the same
//! transaction.

mod close_need;
mod command;
mod edit_listing;
mod get_cards;
mod get_listing;
mod pause_listing;
mod publish_listing;
mod renew_listing;
mod resume_listing;
mod show;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(publish_listing::talent)
        .service(publish_listing::need)
        .service(get_listing::talent)
        .service(get_listing::need)
        .service(edit_listing::talent)
        .service(edit_listing::need)
        .service(pause_listing::talent)
        .service(pause_listing::need)
        .service(resume_listing::talent)
        .service(resume_listing::need)
        .service(renew_listing::talent)
        .service(renew_listing::need)
        .service(close_need::handle)
        .service(get_cards::handle);
}
