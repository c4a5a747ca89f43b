//! Consumers: each advances alone, with its position and its proofs of effect in its own service's database.

mod definition;
mod effects;
mod runner;

pub use definition::{Consumer, Envelope};
pub(crate) use effects::{Effects, caught};
pub(crate) use runner::{Running, running};

/// Events taken in one transaction.
pub(crate) const BATCH: i64 = 200;
