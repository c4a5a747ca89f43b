//! The e-mail address of an account: that it is proved to be the person's own, and how it is changed. A change is confirmed at
//! the new address, and the former one is told, with a way back for a week.

mod change;
mod confirm;
mod problem;
mod resend;
mod undo;
mod verify;

use utoipa_actix_web::service_config::ServiceConfig;

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(verify::handle)
        .service(resend::handle)
        .service(change::handle)
        .service(confirm::handle)
        .service(undo::handle);
}
