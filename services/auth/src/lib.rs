#![doc = include_str!("../README.md")]

mod account;
mod address;
mod age;
mod agreement;
mod browser;
mod config;
mod consent;
mod credential;
mod device_session;
mod gate;
mod identity;
mod issuer;
mod leaving;
mod log_in_by_provider;
mod mail;
mod pending;
mod problems;
mod provider;
mod reset;
mod schema;
mod security_log;
mod throttle;
mod webhook;

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
use jsonwebtoken::jwk::JwkSet;

pub use account::Locale;
pub use age::{AgeBand, LeastAge, MayActChanged};
pub use config::Config;
pub use consent::{ConsentChanged, Doc, Granted, Operator};
pub use credential::{IdentityLinked, IdentityUnlinked};
pub use device_session::{AllDeviceSessionsRevoked, Cause, DeviceSessionRevoked, DeviceSessionStarted};
pub use identity::{AccountRegistered, DemoAccount, PasswordChanged};
pub use issuer::{Hashing, SigningKey, generate_signing_key};
pub use leaving::{AccountDeletionCancelled, AccountDeletionScheduled, AccountErasureRequested};
pub use mail::{MailKind, MailRequested};
pub use problems::{PROBLEMS, field::FIELDS};
pub use provider::{AppleKey, ClientSecret, Provider, ProviderSettings};
pub use security_log::SecurityEventKind;
pub use throttle::{Limit, Limits};

use consent::Documents;
use device_session::KnownDevices;
use gate::Gate;
use identity::Practice;
use issuer::{Issuer, LocalIssuer};
use log_in_by_provider::Bindings;
use mail::{InternalKeys, Links};
use pending::PendingSignUps;
use provider::Providers;
use throttle::Throttle;

/// The path prefixes of this service.
pub const MOUNTS: &[&str] = &["/api/auth"];

/// The prefix of what only services of ours may ask. In no path table of a balancer; whoever asks has the internal key.
pub const INTERNAL: &str = "/internal/auth";

/// The tables of this service.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What it publishes to.
pub const TOPICS: &[Topic] = &[
    Topic::facts(account::TOPIC),
    Topic::facts(device_session::TOPIC),
    Topic::facts(leaving::TOPIC),
    Topic::facts(mail::TOPIC),
];

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
/// There is no signing key, it cannot be read, an address of a provider cannot be, or the system gives no threads.
pub fn build(config: Config, shared: Shared) -> anyhow::Result<Service> {
    let signing_key = config.signing_key.context("there is no signing key: set DOJOB_AUTH_SIGNING_KEY")?;
    let throttle = Data::new(Throttle::new(config.limits, &signing_key));
    let devices = Data::new(KnownDevices::new(&signing_key));
    let (bindings, sign_ups) =
        (Data::new(Bindings::new(&signing_key)?), Data::new(PendingSignUps::new(&signing_key)?));
    let providers = Data::new(Providers::new(config.providers, &config.pages)?);
    let least_age = Data::new(config.least_age);
    let links = Data::new(Links::new(&signing_key, config.pages));
    let keys = Data::new(InternalKeys::new(config.internal_keys));
    let practice = Data::new(Practice::new(&config.practice));
    let documents = Documents::embedded(&|text: &str| config.operator.fill(text, config.least_age))?;
    let gate = Data::new(Gate::new(documents.clone(), config.least_age, &signing_key)?);
    let issuer: Arc<dyn Issuer> = Arc::new(LocalIssuer::new(config.issuer, &signing_key, config.hashing)?);
    let (issuer, documents, demo) = (Data::from(issuer), Data::new(documents), Data::new(config.demo));
    let internal: Routes = Arc::new({
        let links = links.clone();
        move |c| {
            c.app_data(links.clone()).app_data(keys.clone());
            mail::internal_routes(c);
        }
    });
    let routes: Routes = Arc::new(move |c| {
        c.app_data(issuer.clone())
            .app_data(documents.clone())
            .app_data(throttle.clone())
            .app_data(devices.clone())
            .app_data(links.clone())
            .app_data(practice.clone())
            .app_data(bindings.clone())
            .app_data(sign_ups.clone())
            .app_data(providers.clone())
            .app_data(least_age.clone())
            .app_data(gate.clone())
            .app_data(demo.clone());
        identity::routes(c);
        address::routes(c);
        reset::routes(c);
        provider::routes(c);
        log_in_by_provider::routes(c);
        pending::routes(c);
        credential::routes(c);
        webhook::routes(c);
        device_session::routes(c);
        consent::routes(c);
        agreement::routes(c);
        leaving::routes(c);
    });
    let mounts = vec![
        Mount { path: "/api/auth", title: "dojob auth", routes },
        Mount { path: INTERNAL, title: "dojob auth, for services of ours", routes: internal },
    ];
    let contexts = [
        identity::jobs,
        mail::jobs,
        log_in_by_provider::jobs,
        security_log::jobs,
        device_session::jobs,
        throttle::jobs,
    ];
    let jobs = contexts.into_iter().fold(Jobs::new(), |jobs, add| add(jobs));
    let jobs = leaving::jobs(jobs, shared.metrics.clone());
    let consumers = leaving::consumers();
    Ok(Service { cx: Ctx::new("auth", shared), mounts, consumers, jobs, workers: Vec::new() })
}
