//! Settings of this service.

use std::time::Duration;

use common::config::Env;

/// The settings of chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Sockets of one account; the oldest is closed for one more.
    pub sockets_per_account: usize,
    /// What may wait for a socket that reads slowly, in frames …
    pub queue_frames: usize,
    /// … and in bytes.
    pub queue_bytes: usize,
    /// How long a new socket may take to say who it is.
    pub auth_within: Duration,
    /// How often a socket is pinged.
    pub heartbeat: Duration,
    /// How long a socket may be silent, pongs included.
    pub silence: Duration,
    /// Messages an account may send per second, once its burst is used up.
    pub per_second: u32,
    /// Messages an account may send at once.
    pub burst: u32,
    /// Messages an account may send within a day before the other says anything.
    pub unanswered: i32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            sockets_per_account: 20,
            queue_frames: 256,
            queue_bytes: 1024 * 1024,
            auth_within: Duration::from_secs(5),
            heartbeat: Duration::from_secs(25),
            silence: Duration::from_mins(1),
            per_second: 10,
            burst: 30,
            unanswered: 100,
        }
    }
}

impl Config {
    /// The settings that the environment may change.
    pub fn from_env(env: &Env) -> Self {
        let base = Self::default();
        let sockets = env.get(
            "DOJOB_CHAT_SOCKETS_PER_ACCOUNT",
            base.sockets_per_account,
            "chat sockets of one account",
        );
        let frames = env.get(
            "DOJOB_CHAT_QUEUE_FRAMES",
            base.queue_frames,
            "frames that may wait for a slow chat socket",
        );
        let bytes =
            env.get("DOJOB_CHAT_QUEUE_BYTES", base.queue_bytes, "bytes that may wait for a slow chat socket");
        let per_second =
            env.get("DOJOB_CHAT_PER_SECOND", base.per_second, "chat messages of one account per second");
        let burst = env.get("DOJOB_CHAT_BURST", base.burst, "chat messages of one account at once");
        let unanswered = env.get(
            "DOJOB_CHAT_UNANSWERED",
            base.unanswered,
            "chat messages in a row before there is an answer",
        );
        Self {
            sockets_per_account: sockets,
            queue_frames: frames,
            queue_bytes: bytes,
            per_second,
            burst,
            unanswered,
            ..base
        }
    }
}
