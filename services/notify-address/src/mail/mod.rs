//! Mail: what auth asks for is pulled from there, written and handed to a mail server; what became of it is kept without an
//! address. `on_mail` hears of a mail and sets its timer, `deliver` does the rest, `transport` speaks to the server, `text`
//! writes, `domain` decides whether and when it is tried again.
//!
//! **Twice is once.** A mail server that accepts slowly, or whose answer is lost, may have the mail although we do not know: it is
//! sent again with the same `Message-ID`, by which mail boxes fold it. Nobody sends a mail while somebody else is at it: that is
//! written before (`sending`, with a lease) and after.

mod config;
mod deliver;
mod domain;
mod forget;
mod on_mail;
mod source;
mod store;
mod text;
mod transport;

use std::sync::Arc;

use common::{events::Consumer, jobs::Jobs};
use futures_util::FutureExt;

pub use config::MailConfig;
pub(crate) use deliver::Post;

/// What this context subscribes to.
pub(crate) fn consumer() -> Consumer {
    on_mail::subscribe(Consumer::new("notify-address/mail"))
}

/// The timers of this context.
pub(crate) fn jobs(jobs: Jobs, post: &Arc<Post>) -> Jobs {
    let post = post.clone();
    jobs.on(forget::FORGET, |tx, job| forget::run(tx, job).boxed()).on_call(on_mail::SEND, move |job| {
        let post = post.clone();
        async move { post.deliver(job).await }.boxed()
    })
}
