#![doc = include_str!("../README.md")]

mod config;
mod consent;
pub mod event;
mod identity;
mod issuer;
mod schema;
mod session;
mod throttle;

use std::sync::Arc;

use actix_web::web::Data;
use anyhow::Context;
use common::{
    Ctx, Service, Shared,
    events::Topic,
    jobs::Jobs,
    service::{Mount, Routes},
};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use futures_util::FutureExt;
use jsonwebtoken::jwk::JwkSet;

pub use config::Config;
pub use consent::Doc;
pub use identity::{DemoAccount, Locale};
pub use issuer::{Hashing, SigningKey, generate_signing_key};
pub use throttle::{Limit, Limits};

/// The path prefixes of this service.
pub const MOUNTS: &[&str] = &["/api/auth"];

/// The tables of this service.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What it publishes to.
pub const TOPICS: &[Topic] = &[Topic::facts("dojob.auth.identity.v1"), Topic::facts("dojob.auth.session.v1")];

/// Every problem that this service adds to those of the chassis, with its status; refused values, whose status is
/// that of `request.invalid`, come with 422.
pub const PROBLEMS: &[(&str, u16)] = &[
    ("account.credentials", 401),
    ("account.credentials", 403),
    ("account.email_taken", 409),
    ("account.throttled", 429),
    ("account.under_age", 422),
    ("consent.required", 422),
    ("consent.version", 422),
    ("date.invalid", 422),
    ("email.invalid", 422),
    ("password.common", 422),
    ("password.too_long", 422),
    ("password.too_short", 422),
    ("session.over", 401),
    ("session.reused", 401),
    ("session.revoked", 401),
];

/// What the operations of this service stand on, besides the chassis.
pub(crate) struct Auth {
    issuer: Box<dyn issuer::Issuer>,
    documents: consent::Documents,
    throttle: throttle::Throttle,
    demo: Vec<DemoAccount>,
}

/// Both halves of the signing key: the private one, and the public one that verifiers need:
/// `Verifier::of(&config.issuer, &keys(&config)?.1)`.
///
/// # Errors
/// There is no signing key, or it cannot be read.
pub fn keys(config: &Config) -> anyhow::Result<(SigningKey, JwkSet)> {
    SigningKey::read(
        config.signing_key.as_ref().context("there is no signing key: set DOJOB_AUTH_SIGNING_KEY")?,
    )
}

/// The service, ready to be served.
///
/// # Errors
/// There is no signing key, it cannot be read, or the system gives no threads.
pub fn build(config: Config, shared: Shared) -> anyhow::Result<Service> {
    let signing_key = config.signing_key.context("there is no signing key: set DOJOB_AUTH_SIGNING_KEY")?;
    let auth = Data::from(Arc::new(Auth {
        throttle: throttle::Throttle::new(config.limits, &signing_key),
        issuer: Box::new(issuer::LocalIssuer::new(config.issuer, &signing_key, config.hashing)?),
        documents: consent::Documents::embedded()?,
        demo: config.demo,
    }));
    let routes: Routes = Arc::new(move |c| {
        c.app_data(auth.clone())
            .configure(identity::routes)
            .configure(session::routes)
            .configure(consent::routes);
    });
    let mounts =
        MOUNTS.iter().map(|path| Mount { path, title: "dojob auth", routes: routes.clone() }).collect();
    let jobs = Jobs::new()
        .on(session::FORGET, |tx, job| session::forget(tx, job).boxed())
        .on(throttle::FORGET, |tx, job| throttle::forget(tx, job).boxed());
    Ok(Service { cx: Ctx::new("auth", shared), mounts, consumers: Vec::new(), jobs, workers: Vec::new() })
}
