#![doc = include_str!("../README.md")]

mod budget;
mod catalogue;
mod config;
mod conversation;
mod engagement;
mod hours;
mod inquiry;
mod leaving;
mod listing;
mod membership;
mod operations;
mod problems;
mod region;
mod search;

use std::sync::Arc;

use actix_web::web::Data;
use common::{
    Ctx, Service, Shared,
    events::Topic,
    jobs::Jobs,
    service::{Mount, Routes},
};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use regions::Regions;

pub use config::Config;
pub use problems::{PROBLEMS, field::FIELDS};

/// The prefixes this service answers.
pub const MOUNTS: &[&str] = &["/api/core"];

/// Its tables.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// What it publishes to.
pub const TOPICS: &[Topic] = &[
    Topic::facts("dojob.core.catalogue.v1"),
    Topic::facts("dojob.core.engagement.v1"),
    Topic::facts("dojob.core.hours.v1"),
    Topic::facts("dojob.core.inquiry.v1"),
    Topic::facts(leaving::TOPIC),
    Topic::facts("dojob.core.membership.v1"),
];

/// The legal regions; `Data<Regions>` in handlers.
type Places = Data<Regions>;

/// Puts the service together: one mount, the reactions of its contexts, their timers.
///
/// # Errors
/// Never today; the signature is every service's.
pub fn build(config: Config, shared: Shared) -> anyhow::Result<Service> {
    let Config { regions, budgets } = config;
    let budgets = Data::new(budget::Budgets::new(budgets));
    let places: Places = Data::from(regions);
    let search = search::routes();
    let routes: Routes = Arc::new(move |c| {
        c.app_data(places.clone());
        c.app_data(budgets.clone());
        membership::routes(c);
        catalogue::routes(c);
        hours::routes(c);
        search(c);
        engagement::routes(c);
        inquiry::routes(c);
        operations::routes(c);
    });
    Ok(Service {
        cx: Ctx::new("core", shared),
        mounts: vec![Mount { path: "/api/core", title: "dojob core", routes }],
        consumers: [membership::consumers(), leaving::consumers()].concat(),
        jobs: engagement::jobs(catalogue::jobs(Jobs::new())),
        workers: Vec::new(),
    })
}
