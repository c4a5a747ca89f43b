//! Accounts: joining, logging in, the password, and what a member may see of their own account.

mod change_password;
mod domain;
mod events;
mod get_account;
mod get_jwks;
mod list_demo;
mod log_in;
mod problem;
mod sign_up;
mod sign_up_by_provider;

use utoipa_actix_web::service_config::ServiceConfig;

pub use domain::{AgeBand, LeastAge};
pub use events::{AccountRegistered, PasswordChanged};
pub use list_demo::DemoAccount;

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(sign_up_by_provider::handle)
        .service(sign_up::handle)
        .service(log_in::handle)
        .service(get_account::handle)
        .service(change_password::handle)
        .service(get_jwks::handle)
        .service(list_demo::handle);
}
