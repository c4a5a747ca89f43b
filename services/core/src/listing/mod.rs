//! What every context may know of a listing: its kind, its category, and the codes by which its words are found. Values
//! only; the listing itself is the catalogue's.

mod category;
mod kind;
mod tokens;

pub(crate) use category::Category;
pub(crate) use kind::{ListingKind, ListingRef};
pub(crate) use tokens::{Entry, Index, Query};
