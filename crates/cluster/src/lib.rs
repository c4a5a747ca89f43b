#![doc = include_str!("../README.md")]

mod cluster;
mod leftovers;
mod options;
mod practice;
mod process;
mod routes;
mod server;

pub use cluster::Cluster;
pub use leftovers::{clear, down};
pub use options::Options;
