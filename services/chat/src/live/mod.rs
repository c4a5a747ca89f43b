//! Sockets: what is stored reaches the people who are there.
//!
//! - `domain` what a socket has and lacks of a conversation: no gap, no double, whatever comes when
//! - `frames` what client and server say, and its bytes on the wire
//! - `pipe` the bounded queue in front of one socket, which is the body of its response
//! - `connection` an authenticated socket and how far it has come · `registry` those of this process
//! - `socket` the reading half of one connection: who it is, what it asks
//! - `fan_out` what this process receives and sends on · `catch_up` what a client missed
//!
//! There is one registry per process. `fan_out` subscribes to chat's own topic without a position: an event means that
//! (conversation, number) is there, the content is read from the database, once for a batch, and encoded once for all
//! receivers.
//! "Is typing" goes through this process only and is not kept: with several processes two people may be connected to
//! different ones, and then do not see each other type.

mod catch_up;
pub mod close;
mod connection;
mod domain;
mod fan_out;
mod frames;
mod inbound;
mod pipe;
mod registry;
mod socket;

pub(crate) use fan_out::worker;
pub(crate) use registry::ConnectionRegistry;

use utoipa_actix_web::service_config::ServiceConfig;

/// The operation of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(socket::handle);
}
