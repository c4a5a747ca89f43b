//! Device sessions: a device stays logged in by a refresh token that is replaced at each use; its owner sees all
//! devices and can log any of them out. See `token` for how the tokens are made, `known` for what stays of a log-in.

mod api;
mod cookie;
mod domain;
mod end_device;
mod events;
mod forget;
mod known;
mod list_devices;
mod log_out;
mod log_out_all;
mod log_out_others;
mod problem;
mod random;
mod refresh;
mod store;
mod token;

use common::jobs::Jobs;
use futures_util::FutureExt;
use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use api::{
    Device, DeviceSessionView, Opened, Origin, end_all, end_others, enter, prove, require_live,
    require_proved, start,
};
pub(crate) use cookie::{build as build_cookie, clear as clear_cookie};
pub use domain::Cause;
pub(crate) use events::TOPIC;
pub use events::{AllDeviceSessionsRevoked, DeviceSessionRevoked, DeviceSessionStarted};
pub(crate) use known::KnownDevices;
pub(crate) use random::random;

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(refresh::handle)
        .service(log_out::handle)
        .service(log_out_all::handle)
        .service(log_out_others::handle)
        .service(list_devices::handle)
        .service(end_device::handle);
}

/// The timers of this context.
pub(crate) fn jobs(jobs: Jobs) -> Jobs {
    jobs.on(forget::FORGET, |tx, job| forget::run(tx, job).boxed())
}
