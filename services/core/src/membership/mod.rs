//! Members: a profile for each account. The row appears when an account is first seen, by its event or by its token,
//! and is complete when it has a name and a 동. Only complete members publish, ask and propose; and, of those, who is old enough publishes and proposes.

pub(crate) mod api;
mod domain;
mod edit_profile;
mod events;
mod get_member;
mod get_profile;
mod on_account_registered;
mod on_may_act_changed;
mod problem;
mod schema;
mod store;
mod view;

use common::events::Consumer;
use futures_util::FutureExt;
use utoipa_actix_web::service_config::ServiceConfig;

const IDENTITY: &str = "dojob.auth.identity.v1";

pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(get_profile::handle).service(edit_profile::handle).service(get_member::handle);
}

pub(crate) fn consumers() -> Vec<Consumer> {
    let members = Consumer::new("core/membership")
        .on(IDENTITY, "AccountRegistered", |tx, e| on_account_registered::handle(tx, e).boxed())
        .on(IDENTITY, "MayActChanged", |tx, e| on_may_act_changed::handle(tx, e).boxed());
    vec![members]
}
