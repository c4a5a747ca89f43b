//! Conversations: two people, one inquiry or engagement, messages numbered without a gap.
//!
//! - `domain` what a message may be
//! - `store` all SQL
//! - `events` what chat says to others: ids and numbers only
//! - `on_core` core's events open conversations and leave system messages
//! - `list` `get` `history` `unread` reading
//! - `send` `read` the two acts, used by HTTP and by sockets alike; `throttle` how often

pub(crate) mod api;
mod domain;
pub(crate) mod events;
mod get;
mod history;
mod list;
pub(crate) mod on_core;
mod read;
mod send;
mod store;
mod throttle;
mod unread;
mod view;

use std::time::Duration;

use common::http::Problem;
pub(crate) use throttle::Throttle;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(list::handle)
        .service(get::handle)
        .service(history::handle)
        .service(send::handle)
        .service(read::handle)
        .service(unread::handle);
}

/// The same for a stranger and for a conversation that core has opened and we have not heard of yet.
fn not_here_yet() -> Problem {
    Problem::not_found().retry_after(Duration::from_secs(1))
}
