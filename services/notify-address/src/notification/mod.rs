//! Notification: what happened to a person, one notice per event. `domain` decides who receives what; the `on_…` files
//! react to other services' events and end in `create`; `remind` does the same by timers; `fan_out`, `registry` and
//! `stream` carry what was committed to open streams; the rest is the inbox and its preferences.

mod create;
mod domain;
mod events;
mod fan_out;
mod list;
mod on_account;
mod on_engagement;
mod on_hours;
mod on_inquiry;
mod on_leaving;
mod on_listing;
mod preferences;
mod problem;
mod read;
mod read_all;
mod registry;
mod remind;
mod set_preference;
mod store;
mod stream;
mod unread;
mod view;

use common::{events::Consumer, jobs::Jobs};
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use events::{LEAVING, TOPIC};
pub use events::{NoticeCreated, NoticesRead, NoticesRemoved, PersonalDataErased};
pub(crate) use fan_out::worker;
pub(crate) use registry::StreamRegistry;
pub(crate) use stream::Heartbeat;

/// Every key that a notice can have, with its category: what the web needs words for.
pub fn notice_keys() -> impl Iterator<Item = (&'static str, &'static str)> {
    domain::NoticeKey::ALL.iter().map(|key| (key.as_str(), key.category().as_str()))
}

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(list::handle)
        .service(unread::handle)
        .service(stream::handle)
        .service(read_all::handle)
        .service(preferences::handle)
        .service(set_preference::handle)
        .service(read::handle);
}

/// What this context subscribes to.
pub(crate) fn consumers() -> Vec<Consumer> {
    let reactions = [
        on_engagement::subscribe,
        on_listing::subscribe,
        on_inquiry::subscribe,
        on_hours::subscribe,
        on_account::subscribe,
    ];
    let none = Consumer::new("notify-address/notification");
    let notices = reactions.into_iter().fold(none, |consumer, subscribe| subscribe(consumer));
    vec![notices, on_leaving::consumer()]
}

/// The timers of this context.
pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    remind::jobs(jobs)
}
