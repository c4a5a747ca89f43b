//! Identity providers: who they are, how they differ, and how to ask one who somebody is.

mod api;
mod apple;
mod circuit;
mod client;
mod domain;
mod event;
mod facts;
mod google;
mod kakao;
mod list_providers;
mod naver;
mod settings;
mod verify;

use utoipa_actix_web::service_config::ServiceConfig;

pub(crate) use api::Providers;
pub use apple::AppleKey;
pub(crate) use apple::name_of as apple_name_of;
pub(crate) use client::{Client, Secrets};
pub use domain::Provider;
pub(crate) use domain::{Failure, Profile, Proof};
pub(crate) use event::Told;
pub(crate) use naver::Disconnect;
pub(crate) use settings::read as read_settings;
pub use settings::{ClientSecret, ProviderSettings};

/// The operations of this context.
pub(crate) fn routes(c: &mut ServiceConfig<'_>) {
    c.service(list_providers::handle);
}
