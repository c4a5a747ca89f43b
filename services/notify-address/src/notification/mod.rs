//! Notification: what happened to a person, one notice per event. `domain` decides who hears of what; the `on_…`
//! files react to other services' events and end in `create`; `remind` does the same by the clock; `hub` and
//! `stream` carry what was committed to open streams; the rest is the inbox and its preferences.

mod create;
mod domain;
mod hub;
mod list;
mod on_account;
mod on_engagement;
mod on_hours;
mod on_inquiry;
mod on_listing;
mod preferences;
mod read;
mod read_all;
mod remind;
mod schema;
mod set_preference;
mod store;
mod stream;
mod unread;
mod view;

use std::{sync::Arc, time::Duration};

use actix_web::web::Data;
use common::{events::Consumer, jobs::Jobs, service::Routes};
use futures_util::FutureExt;

pub use create::NoticeCreated;
pub(crate) use hub::{Hub, worker as hub_worker};
pub use read::NoticesRead;

/// How often a silent stream says that it is alive.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heartbeat(pub Duration);

/// Every key that a notice can have, with its category: what the web needs words for.
pub fn notice_keys() -> impl Iterator<Item = (&'static str, &'static str)> {
    domain::Key::ALL.iter().map(|key| (key.as_str(), key.category().as_str()))
}

pub(crate) fn routes(hub: Arc<Hub>, heartbeat: Heartbeat) -> Routes {
    Arc::new(move |c| {
        c.app_data(Data::from(hub.clone()))
            .app_data(Data::new(heartbeat))
            .service(list::handle)
            .service(unread::handle)
            .service(stream::handle)
            .service(read_all::handle)
            .service(preferences::handle)
            .service(set_preference::handle)
            .service(read::handle);
    })
}

pub(crate) fn consumer() -> Consumer {
    let consumer = Consumer::new("notify-address/notification");
    let consumer = on_engagement::KINDS.iter().fold(consumer, |consumer, kind| {
        consumer.on(on_engagement::TOPIC, kind, |tx, e| on_engagement::handle(tx, e).boxed())
    });
    let consumer = on_listing::KINDS.iter().fold(consumer, |consumer, kind| {
        consumer.on(on_listing::TOPIC, kind, |tx, e| on_listing::handle(tx, e).boxed())
    });
    consumer
        .on(on_inquiry::TOPIC, "InquiryOpened", |tx, e| on_inquiry::handle(tx, e).boxed())
        .on(on_hours::TOPIC, "HoursPosted", |tx, e| on_hours::handle(tx, e).boxed())
        .on(on_account::IDENTITY, "PasswordChanged", |tx, e| on_account::handle(tx, e).boxed())
        .on(on_account::SESSION, "DeviceSessionStarted", |tx, e| on_account::handle(tx, e).boxed())
        .on(on_account::SESSION, "DeviceSessionRevoked", |tx, e| on_account::handle(tx, e).boxed())
}

pub(crate) fn jobs() -> Jobs {
    Jobs::new()
        .on(remind::EVENING, |tx, job| remind::run(tx, job).boxed())
        .on(remind::SOON, |tx, job| remind::run(tx, job).boxed())
}
