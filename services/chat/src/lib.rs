#![doc = include_str!("../README.md")]

mod conversation;
mod live;
mod schema;

use std::{sync::Arc, time::Duration};

use actix_web::web::Data;
use common::{
    Ctx, Service, Shared,
    config::Env,
    events::Topic,
    jobs::Jobs,
    service::{Mount, Routes, Worker},
};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub use conversation::events::{ConversationOpened, MessageStored, ReadCursorMoved};
pub use conversation::on_core::SYSTEM_KEYS;
pub use live::close;

use live::Hub;

/// The prefixes this service answers.
pub const MOUNTS: &[&str] = &["/api/chat"];

/// Its tables.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What it publishes to.
pub const TOPICS: &[Topic] = &[Topic::facts("dojob.chat.conversation.v1")];

/// Every problem code beyond the chassis' own, with its status, in answers and in `refused` frames.
pub const PROBLEMS: &[(&str, u16)] = &[
    ("message.too_many", 429),
    ("page.both_ends", 400),
    ("socket.handshake", 400),
    ("frame.unknown_type", 400),
    ("frame.unreadable", 400),
];

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
        Self {
            sockets_per_account: sockets,
            queue_frames: frames,
            queue_bytes: bytes,
            per_second,
            burst,
            ..base
        }
    }
}

/// Puts the service together: one mount, the reactions to core's events, and the hub that brings what is stored to the
/// sockets of this process.
///
/// # Errors
/// Never today; the signature is every service's.
pub fn build(config: Config, shared: Shared) -> anyhow::Result<Service> {
    let cx = Ctx::new("chat", shared);
    let throttle = Data::new(conversation::Throttle::new(config.per_second, config.burst));
    let hub = Hub::new(config);
    let routes: Routes = Arc::new({
        let hub = Data::new(hub.clone());
        move |c| {
            c.app_data(throttle.clone()).app_data(hub.clone());
            conversation::routes(c);
            live::routes(c);
        }
    });
    let worker: Worker = Arc::new({
        let cx = cx.clone();
        move || Box::pin(live::fan_out(cx.clone(), hub.clone(), live::Ears::of(&cx.bus)))
    });
    Ok(Service {
        cx,
        mounts: vec![Mount { path: "/api/chat", title: "dojob chat", routes }],
        consumers: vec![conversation::on_core::consumer()],
        jobs: Jobs::new(),
        workers: vec![worker],
    })
}
