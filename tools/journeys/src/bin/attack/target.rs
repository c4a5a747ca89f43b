//! What is attacked, and what comes of it.

use std::time::Duration;

/// What is attacked.
pub struct Target {
    pub base: String,
    pub port: u16,
    /// The process, whose memory is looked at.
    pub pid: u32,
    /// How long an attack that lasts goes on.
    pub lasts: Duration,
}

/// What an attack found.
pub struct Verdict {
    pub held: bool,
    pub measured: String,
}

impl Verdict {
    pub fn of(held: bool, measured: impl Into<String>) -> Self {
        Self { held, measured: measured.into() }
    }
}
