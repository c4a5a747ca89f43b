//! Sockets: what is stored reaches the people who are there.
//!
//! - `domain` what a socket has and lacks of a conversation: no gap, no double, whatever comes when
//! - `frames` what client and server say, and its bytes on the wire
//! - `pipe` the bounded queue in front of one socket, which is the body of its response
//! - `socket` one connection: who it is, what it asks
//! - `hub` the sockets of this process · `fan_out` what it hears and hands on · `catch_up` what somebody missed
//!
//! There is one hub per process. It listens to chat's own topic without a position: an event says that (conversation,
//! number) is there, the content is read from the database, once for a batch, and encoded once for all receivers.
//! "Is typing" goes through this process only and is not kept: with several processes two people may be connected to
//! different ones, and then do not see each other type.

mod catch_up;
pub mod close;
mod domain;
mod fan_out;
mod frames;
mod hub;
mod pipe;
mod socket;

pub(crate) use fan_out::{Ears, run as fan_out};
pub(crate) use hub::Hub;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(socket::handle);
}
