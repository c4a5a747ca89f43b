//! Members who leave: what of theirs is open ends, their listings rest, and others do not see them any more; when their time is over,
//! what they wrote is erased. The id stays, and with it what others have with them: engagements, hours, conversations.
//!
//! Above the contexts that it acts on, as `operations` is.

mod events;
mod on_account;
mod store;

use common::events::Consumer;

pub(crate) use events::TOPIC;

/// What this context subscribes to.
pub(crate) fn consumers() -> Vec<Consumer> {
    vec![on_account::consumer()]
}
