//! What is stored beside a listing so that it can be found. Pure.

use super::domain::{Entry, document_tokens};
use crate::catalogue::api::Category;

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
