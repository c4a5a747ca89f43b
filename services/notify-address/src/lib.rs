#![doc = include_str!("../README.md")]

mod address;
mod config;
mod mail;
mod notification;
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
pub use mail::MailConfig;
pub use notification::{NoticeCreated, NoticesRead, NoticesRemoved, PersonalDataErased, notice_keys};
pub use problems::{PROBLEMS, field::FIELDS};

use notification::StreamRegistry;

/// The prefixes that this service answers.
pub const MOUNTS: &[&str] = &["/api/notifications", "/api/addresses"];

/// The tables of this service.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What it publishes to.
pub const TOPICS: &[Topic] = &[Topic::facts(notification::LEAVING), Topic::facts(notification::TOPIC)];

/// Puts the service together.
///
/// # Errors
/// The mail server's address, the sender or the texts of the mails cannot be read.
pub fn build(config: Config, shared: Shared) -> anyhow::Result<Service> {
    let cx = Ctx::new("notify-address", shared);
    let registry = Arc::new(StreamRegistry::new(config.streams_per_account, config.stream_backlog));
    let heartbeat = Data::new(notification::Heartbeat(config.heartbeat));
    let directory = Data::new(address::Directory::embedded());
    let notifications: Routes = Arc::new({
        let registry = Data::from(registry.clone());
        move |c| {
            c.app_data(registry.clone()).app_data(heartbeat.clone());
            notification::routes(c);
        }
    });
    let addresses: Routes = Arc::new(move |c| {
        c.app_data(directory.clone());
        address::routes(c);
    });
    let post = Arc::new(mail::Post::new(cx.clone(), config.mail)?);
    let mut consumers = notification::consumers();
    consumers.push(mail::consumer());
    Ok(Service {
        mounts: vec![
            Mount { path: "/api/notifications", title: "Notifications", routes: notifications },
            Mount { path: "/api/addresses", title: "Addresses", routes: addresses },
        ],
        consumers,
        jobs: mail::jobs(notification::jobs(Jobs::new()), &post),
        workers: vec![notification::worker(cx.clone(), registry)],
        cx,
    })
}
