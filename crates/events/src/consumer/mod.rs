//! Consumers: each advances alone, with its position and its proofs of effect in its own service's database.

mod definition;
mod effects;
#[cfg(feature = "kafka")]
mod group;
#[cfg(not(feature = "kafka"))]
#[path = "group_absent.rs"]
mod group;
mod runner;

pub use definition::{Consumer, Envelope};
pub(crate) use runner::{Running, running};
