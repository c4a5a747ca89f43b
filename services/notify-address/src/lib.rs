#![doc = include_str!("../README.md")]

mod address;
mod notification;

use std::{sync::Arc, time::Duration};

use common::{Ctx, Service, Shared, config::Env, events::Topic, service::Mount};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub use notification::{NoticeCreated, NoticesRead, notice_keys};

/// The prefixes that this service answers.
pub const MOUNTS: &[&str] = &["/api/notifications", "/api/addresses"];

/// The tables of this service.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What it publishes to.
pub const TOPICS: &[Topic] = &[Topic::facts("dojob.notify-address.notification.v1")];

/// Codes of this service's own refusals and their statuses; with 422 they stand at a field.
pub const PROBLEMS: &[(&str, u16)] = &[
    ("preference.locked", 409),
    ("place.latitude", 422),
    ("place.longitude", 422),
    ("place.outside_korea", 422),
];

/// Settings of this service.
#[derive(Clone, Debug)]
pub struct Config {
    /// A silent stream says this often that it is alive.
    pub heartbeat: Duration,
    /// Streams that one account may hold open in a process; the oldest ends for a new one.
    pub streams_per_account: usize,
    /// Frames that a stream may fall behind before it is closed.
    pub stream_backlog: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self { heartbeat: Duration::from_secs(15), streams_per_account: 10, stream_backlog: 64 }
    }
}

impl Config {
    pub fn from_env(env: &Env) -> Self {
        let usual = Self::default();
        let seconds = env.get(
            "DOJOB_NOTIFY_ADDRESS_HEARTBEAT_SECONDS",
            usual.heartbeat.as_secs(),
            "how often a silent notice stream says that it is alive",
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
        }
    }
}

/// Puts the service together.
///
/// # Errors
/// Never today; the signature is that of every service.
#[expect(clippy::needless_pass_by_value, reason = "the signature is that of every service")]
pub fn build(config: Config, shared: Shared) -> anyhow::Result<Service> {
    let cx = Ctx::new("notify-address", shared);
    let hub = Arc::new(notification::Hub::new(config.streams_per_account, config.stream_backlog));
    Ok(Service {
        mounts: vec![
            Mount {
                path: "/api/notifications",
                title: "Notifications",
                routes: notification::routes(hub.clone(), notification::Heartbeat(config.heartbeat)),
            },
            Mount { path: "/api/addresses", title: "Addresses", routes: address::routes() },
        ],
        consumers: vec![notification::consumer()],
        jobs: notification::jobs(),
        workers: vec![notification::hub_worker(cx.clone(), hub)],
        cx,
    })
}
