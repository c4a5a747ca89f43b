//! Settings of this service.

use std::time::Duration;

use common::config::Env;

use crate::mail::MailConfig;

/// Settings of this service.
#[derive(Clone, Debug)]
pub struct Config {
    /// How often a silent stream sends a sign of life.
    pub heartbeat: Duration,
    /// Streams that one account may hold open in a process; beyond that the oldest is ended.
    pub streams_per_account: usize,
    /// Frames that a stream may fall behind before it is closed.
    pub stream_backlog: usize,
    pub mail: MailConfig,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            heartbeat: Duration::from_secs(15),
            streams_per_account: 10,
            stream_backlog: 64,
            mail: MailConfig::default(),
        }
    }
}

impl Config {
    pub fn from_env(env: &Env) -> Self {
        let usual = Self::default();
        let seconds = env.get(
            "DOJOB_NOTIFY_ADDRESS_HEARTBEAT_SECONDS",
            usual.heartbeat.as_secs(),
            "how often a silent notice stream sends a sign of life",
        );
        Self {
            heartbeat: Duration::from_secs(seconds.max(1)),
            streams_per_account: env.get(
                "DOJOB_NOTIFY_ADDRESS_STREAMS_PER_ACCOUNT",
                usual.streams_per_account,
                "notice streams that one account may hold open in a process",
            ),
            stream_backlog: env.get(
                "DOJOB_NOTIFY_ADDRESS_STREAM_BACKLOG",
                usual.stream_backlog,
                "frames that a notice stream may fall behind before it is closed",
            ),
            mail: MailConfig::from_env(env),
        }
    }
}
