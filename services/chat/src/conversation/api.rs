//! What sockets need of conversations.

pub(crate) use super::{
    domain::Text,
    events::TOPIC,
    read::run as read,
    send::{Sent, run as send},
    store::{Head, MessageRow, Wanted, heads, participants, since, touched},
    view::MessageView,
};
