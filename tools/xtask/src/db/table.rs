//! A table as both sides know it: `schema.rs` and the database.

use std::collections::BTreeMap;

/// A column as both sides call it: its diesel type, `Nullable<…>` where it may be absent.
pub type Columns = BTreeMap<String, String>;

/// A table as both sides know it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Table {
    pub key: Vec<String>,
    pub columns: Columns,
}
