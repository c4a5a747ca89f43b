//! Accounts: joining, logging in, proving it again, the password, and what a member may see of their own account.

mod api;
mod change_password;
mod events;
mod expire;
mod get_account;
mod get_jwks;
mod list_demo;
mod list_security_log;
mod log_in;
mod problem;
mod prove;
mod sign_up;
mod sign_up_by_provider;

use common::jobs::Jobs;
use futures_util::FutureExt;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use api::{register, replace_password};
pub use events::{AccountRegistered, PasswordChanged};
pub use list_demo::DemoAccount;
pub(crate) use sign_up::Practice;

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(sign_up_by_provider::handle)
        .service(sign_up::handle)
        .service(log_in::handle)
        .service(get_account::handle)
        .service(list_security_log::handle)
        .service(change_password::handle)
        .service(prove::handle)
        .service(get_jwks::handle)
        .service(list_demo::handle);
}

/// The timers of this context.
pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    jobs.on(expire::EXPIRE, |tx, job| expire::run(tx, job).boxed())
}
