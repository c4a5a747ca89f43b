//! Which conversation two people have about a listing. Core keeps the id alone; the words are chat's.

pub(crate) mod api;
mod store;
