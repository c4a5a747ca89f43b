#![doc = include_str!("../README.md")]

pub mod auth;
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
