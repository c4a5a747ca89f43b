//! Sign-ups through a provider that wait for age and consent. Until both are there nothing of the person is stored with us:
//! the provider's proof lies sealed in their own browser, for a day (ADR 18).

mod api;
mod cancel;
mod domain;
mod get_pending;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use api::{PendingSignUps, PendingView, email_of, forget, view};

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(get_pending::handle).service(cancel::handle);
}
