#![doc = include_str!("../README.md")]

pub use ::events;
pub use ::http;
pub use ::service;
pub use events::jobs;
pub use http::auth;
pub use kernel::{config, metrics, tasks, text, time, trace};
pub use pg as db;
pub use service::{Ctx, Service, Shared, program, telemetry};
