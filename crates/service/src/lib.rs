#![doc = include_str!("../README.md")]

mod connections;
mod context;
mod definition;
mod gate;
mod middleware;
mod mount;
pub mod program;
mod pump;
mod revocations;
mod server;
pub mod telemetry;

pub use context::{Ctx, Shared};
pub use definition::{Front, Service, Worker};
pub use kernel::tasks::Tasks;
pub use mount::{Mount, Routes};
pub use pump::Pump;
pub use server::{Serving, serve, signalled};
