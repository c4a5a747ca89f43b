//! Address: where things are, by the names people type. Answered from the region table that is compiled in; nothing here
//! reads the database, and every answer may be kept for an hour.

mod children;
mod dataset;
mod directory;
mod nearest;
mod region;
mod search;
mod view;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use directory::Directory;

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(search::handle)
        .service(region::handle)
        .service(children::handle)
        .service(nearest::handle)
        .service(dataset::handle);
}
