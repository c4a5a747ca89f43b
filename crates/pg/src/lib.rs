#![doc = include_str!("../README.md")]

mod address;
mod connect;
mod database;
mod error;
mod log;
mod lookup;
mod migrate;
mod pool;
mod prepared;
pub mod schema;
mod statements;
mod tx;
mod wire;

pub use connect::{ConnectError, Driver};
pub use database::{Database, Password};
pub use error::{Class, Error, Failure, OnConstraint, classify};
pub use log::Record;
pub use pool::{Connection, Lookup, Pool, ping, try_lock};
pub use prepared::{Prepared, prepared};
pub use tx::{AfterCommit, Open, Scope, Signal, Tx};
