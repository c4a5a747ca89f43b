//! Conversations: two people, one inquiry or engagement, messages numbered without a gap.
//!
//! - `domain` what a message may be
//! - `store` all SQL
//! - `events` what chat publishes: ids and numbers only
//! - `on_core` core's events open conversations and leave system messages
//! - `on_leaving` the words of who has left are erased
//! - `list` `get` `history` `unread` reading
//! - `send` `read` the two acts, used by HTTP and by sockets alike; `throttle` how often

pub(crate) mod api;
mod domain;
pub(crate) mod events;
mod get;
mod history;
mod list;
pub(crate) mod on_core;
mod on_leaving;
mod problem;
mod read;
mod send;
mod store;
mod throttle;
mod unread;
mod view;

use common::events::Consumer;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use throttle::Throttle;

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(list::handle)
        .service(get::handle)
        .service(history::handle)
        .service(send::handle)
        .service(read::handle)
        .service(unread::handle);
}

/// What this context subscribes to.
pub(crate) fn consumers() -> Vec<Consumer> {
    vec![on_core::consumer(), on_leaving::consumer()]
}
