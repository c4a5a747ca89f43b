#![doc = include_str!("../README.md")]

pub mod auth;
#[cfg(feature = "aws")]
pub mod aws;
#[cfg(not(feature = "aws"))]
#[path = "aws_absent.rs"]
pub mod aws;
pub mod config;
pub mod db;
pub mod events;
pub mod http;
pub mod jobs;
pub mod metrics;
pub mod program;
pub mod service;
pub mod telemetry;
pub mod text;
pub mod time;

pub use service::{Ctx, Service, Shared};
