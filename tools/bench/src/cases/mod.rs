//! One file for what is measured in the same way.

pub mod chat;
#[cfg(feature = "kafka")]
pub mod cluster;
pub mod compare;
mod cost;
pub mod effect;
#[cfg(feature = "kafka")]
pub mod events;
pub mod login;
pub mod search;
pub mod shape;
pub mod write;
