#![doc = include_str!("../README.md")]

#[cfg(feature = "aws")]
pub mod aws;
#[cfg(not(feature = "aws"))]
#[path = "aws_absent.rs"]
pub mod aws;
pub mod config;
pub mod field;
pub mod metrics;
pub mod tasks;
pub mod text;
pub mod time;
pub mod trace;
