//! Operations that need several contexts of one level: each is a file, and nothing stands above but `lib.rs`.
//!
//! Whoever asks for a listing, or does something to their own, is shown the whole of it, and that includes what
//! engagements and inquiries know; the catalogue stands below both. So the catalogue does the act and `show` puts the
//! answer together, in the same transaction.

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
