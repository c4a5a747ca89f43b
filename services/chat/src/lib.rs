#![doc = include_str!("../README.md")]

mod config;
mod conversation;
mod live;
mod problems;
mod schema;

use std::sync::Arc;

use actix_web::web::Data;
use common::{
    Ctx, Service, Shared,
    events::Topic,
    jobs::Jobs,
    service::{Mount, Routes},
};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

pub use config::Config;
pub use conversation::events::{ConversationOpened, MessageStored, PersonalDataErased, ReadCursorMoved};
pub use conversation::on_core::SYSTEM_KEYS;
pub use live::close;
pub use problems::{PROBLEMS, field::FIELDS};

use live::ConnectionRegistry;

/// The prefixes this service answers.
pub const MOUNTS: &[&str] = &["/api/chat"];

/// Its tables.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What it publishes to.
pub const TOPICS: &[Topic] =
    &[Topic::facts(conversation::events::TOPIC), Topic::facts(conversation::events::LEAVING)];

/// Puts the service together: one mount, the reactions to core's events, and the worker that brings what is stored to
/// the sockets of this process.
///
/// # Errors
/// Never today; the signature is every service's.
pub fn build(config: Config, shared: Shared) -> anyhow::Result<Service> {
    let cx = Ctx::new("chat", shared);
    let throttle = Data::new(conversation::Throttle::new(config.per_second, config.burst, config.unanswered));
    let registry = ConnectionRegistry::new(config);
    let routes: Routes = Arc::new({
        let registry = Data::new(registry.clone());
        move |c| {
            c.app_data(throttle.clone()).app_data(registry.clone());
            conversation::routes(c);
            live::routes(c);
        }
    });
    let mounts =
        MOUNTS.iter().map(|path| Mount { path, title: "dojob chat", routes: routes.clone() }).collect();
    Ok(Service {
        mounts,
        consumers: conversation::consumers(),
        jobs: Jobs::new(),
        workers: vec![live::worker(cx.clone(), registry)],
        cx,
    })
}
