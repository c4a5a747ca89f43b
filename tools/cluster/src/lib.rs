#![doc = include_str!("../README.md")]

mod cluster;
mod leftovers;
mod options;
mod practice;
mod process;
mod rolling;
mod routes;
mod server;

pub use cluster::Cluster;
pub use leftovers::{clear, down};
pub use options::Options;
pub use process::Departure;
pub use rolling::Rolling;
pub use routes::SERVICES;
