#![doc = include_str!("../README.md")]

mod answer;
mod control;
mod group;
mod groups;
mod headers;
mod health;
mod proxy;
mod server;
mod table;
mod target;
mod upgrade;

pub use group::{GroupState, TargetState};
pub use server::Balancer;
pub use table::{Address, Algorithm, Group, HealthCheck, Rule, Table, matches};
pub use target::Health;
