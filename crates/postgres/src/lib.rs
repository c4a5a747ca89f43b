#![doc = include_str!("../README.md")]

mod backup;
mod binaries;
mod home;
mod process;
mod server;

pub use backup::{Target, Vault};
pub use binaries::Binaries;
pub use home::{LockGuard, default_home, lock};
pub use server::{Options, Server, stop_shared};
