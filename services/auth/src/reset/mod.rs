//! A way back in for who forgot the password: asked for by e-mail address, done by the link in the mail.

mod ask;
mod set;

use utoipa_actix_web::service_config::ServiceConfig;

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(ask::handle).service(set::handle);
}
