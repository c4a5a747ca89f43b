//! Search: the reading side of the catalogue. It has no rows of its own; `catalogue` writes the codes of
//! `listing::Index` together with each listing, so a listing is found from the moment it is committed.
//!
//! `store` walks the indexes, `finder` turns walks into pages, `rank` is the written formula of
//! the recommended order, `relax` finds what to let go of when there is nothing.

mod finder;
mod rank;
mod relax;
mod request;
mod search_listings;
mod similar;
mod store;

use actix_web::web::Data;
use utoipa_actix_web::service_config::ServiceConfig;

/// The operations of this context. All workers share what they know of words.
pub(crate) fn routes() -> impl Fn(&mut ServiceConfig<'_>) + Send + Sync {
    let frequencies = Data::new(store::Frequencies::default());
    move |c| {
        c.app_data(frequencies.clone())
            .service(search_listings::talents)
            .service(search_listings::needs)
            .service(similar::talents)
            .service(similar::needs);
    }
}
