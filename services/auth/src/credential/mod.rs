//! Ways to log in besides the password: who somebody is at an identity provider, found by issuer and subject. They are never
//! matched by an e-mail address: whoever adds one has proved both sides.

mod api;
mod domain;
mod events;
mod list_credentials;
mod lost;
mod problem;
mod store;
mod unlink;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use api::{Touch, add, find_account, link, touch};
pub use events::{IdentityLinked, IdentityUnlinked};
pub(crate) use lost::unlink_there;

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(list_credentials::handle).service(unlink::handle);
}
