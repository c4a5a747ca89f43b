//! Search: the reading side of the catalogue. It has no rows of its own; `catalogue` writes what [`index`] says
//! together with each listing, so a listing is found from the moment it is committed.
//!
//! `domain` knows Korean, `store` walks the indexes, `finder` turns walks into pages, `rank` is the written formula of
//! the recommended order, `relax` finds what to let go of when there is nothing.

mod domain;
mod finder;
mod rank;
mod relax;
mod request;
mod search_listings;
mod similar;
mod store;

use utoipa_actix_web::service_config::ServiceConfig;

use crate::catalogue::api::Category;
use domain::{Entry, document_tokens};

pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(search_listings::talents)
        .service(search_listings::needs)
        .service(similar::talents)
        .service(similar::needs);
}

/// What a search looks at, worked out when a listing is written.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    /// Of title, category and body.
    pub tokens: Vec<i32>,
    /// Of title and category: what is found there comes first.
    pub title_tokens: Vec<i32>,
}

/// The codes of a listing.
pub(crate) fn index(title: &str, category: Category, body: &str) -> Index {
    let category = category.words();
    Index {
        tokens: document_tokens(&Entry { title, category, body }),
        title_tokens: document_tokens(&Entry { title, category, body: "" }),
    }
}
