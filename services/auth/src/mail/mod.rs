//! Mails, as far as they are auth's: who is to receive which, the links in them, and where they go. An address leaves this
//! service at one place only: notify-address pulls a mail when it sends it (`get_mail`). So a retry always goes to the address
//! of now, and to erase an account here is to erase its address everywhere.

mod api;
mod ask;
mod domain;
mod events;
mod forget;
mod get_mail;
mod guard;
mod link;
mod problem;
mod return_mail;
mod store;

use common::jobs::Jobs;
use futures_util::FutureExt;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use api::{About, OnItsWay, open, peek, request, void_later_undos, void_links};
pub(crate) use ask::ask;
pub use domain::MailKind;
pub(crate) use domain::Purpose;
pub use events::MailRequested;
pub(crate) use events::TOPIC;
pub(crate) use guard::InternalKeys;
pub(crate) use link::Links;

/// The operations for other services. Their mount is in no path table of a balancer.
pub(crate) fn internal_routes(c: &mut ServiceConfig<'_>) {
    c.service(get_mail::handle).service(return_mail::handle);
}

/// The timers of this context.
pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    jobs.on(forget::FORGET, |tx, job| forget::run(tx, job).boxed())
        .on(ask::ASK, |tx, job| ask::run(tx, job).boxed())
}
