//! One file for what is measured in the same way.

pub mod chat;
#[cfg(feature = "kafka")]
pub mod cluster;
mod cost;
pub mod effect;
#[cfg(feature = "kafka")]
pub mod events;
pub mod read;
pub mod search;
pub mod shape;
pub mod write;
