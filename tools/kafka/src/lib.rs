#![doc = include_str!("../README.md")]

mod jars;
mod server;

pub use server::{Kafka, Options, Scram};
