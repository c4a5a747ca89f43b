//! The chassis on a tiny real service: real PostgreSQL, real HTTP, real tasks.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "helpers of tests")]

extern crate dojob_common as common;

mod auth;
mod away;
mod events;
mod http;
mod jobs;
#[cfg(feature = "kafka")]
mod kafka;
mod once;
mod pool;
mod revoked;
mod serve;
mod tiny;
mod tls;
mod tx;

use std::{future::Future, time::Duration};

use common::{
    Ctx, Service, Shared,
    auth::Verifier,
    db::{Database, Pool, Tx},
    events::{Actor, Bus, Emit},
    http::Edge,
    metrics::Metrics,
    service::{Pump, Tasks},
    time::Clock,
};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};
use testkit::{Schema, TestDb};
use tiny::{Moods, Said};
use tokio_postgres::types::ToSql;
use uuid::Uuid;

pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("tests/migrations");

pub const SCHEMA: Schema = Schema {
    service: "tiny",
    migrations: || MIGRATIONS,
    directory: concat!(env!("CARGO_MANIFEST_DIR"), "/tests/migrations"),
};

/// One process of the tiny service, without HTTP.
pub struct Node {
    pub service: Service,
    pub cx: Ctx,
    pub clock: Clock,
    pub moods: Moods,
}

impl Node {
    /// `name` is what PostgreSQL calls its connections.
    pub fn new(url: &str, name: &str) -> Self {
        Self::of(shared(url, name, Clock::default()))
    }

    pub fn of(shared: Shared) -> Self {
        let (moods, clock) = (Moods::default(), shared.clock.clone());
        let service = tiny::build(shared, moods.clone());
        Self { cx: service.cx.clone(), service, clock, moods }
    }

    pub fn pump(&self) -> Pump {
        Pump::of(std::slice::from_ref(&self.service))
    }

    pub async fn say(&self, key: Uuid, n: i64) {
        let event = Said { key, n };
        let emitted = self.cx.tx(async |mut tx: Tx<'_>| Ok(tx.emit(Actor::System, &event).await?)).await;
        emitted.unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.cx.tasks.stopping().cancel();
        self.cx.db.close();
    }
}

pub fn shared(url: &str, name: &str, clock: Clock) -> Shared {
    Shared {
        clock,
        db: Pool::new(&Database::new(url, 6), name).unwrap(),
        bus: Bus::in_process(),
        verifier: Verifier::of("nobody", &testkit::app::test_keys().1),
        tasks: Tasks::default(),
        metrics: Metrics::default(),
        edge: Edge::default(),
    }
}

/// A database's rows, as the superuser sees them.
pub struct Rows(tokio_postgres::Client);

impl Rows {
    pub async fn of(db: &TestDb) -> Self {
        Self(db.superuser().await)
    }

    pub async fn run(&self, sql: &str) {
        self.0.batch_execute(sql).await.unwrap();
    }

    pub async fn count(&self, sql: &str) -> i64 {
        self.0.query_one(sql, &[]).await.unwrap().get(0)
    }

    pub async fn texts(&self, sql: &str, binds: &[&(dyn ToSql + Sync)]) -> Vec<String> {
        self.0.query(sql, binds).await.unwrap().iter().map(|r| r.get(0)).collect()
    }

    /// What `by` did for this key, in order.
    pub async fn effects(&self, by: &str, key: Uuid) -> Vec<i64> {
        let rows = self
            .0
            .query(
                "SELECT n FROM effect WHERE by = $1 AND key = $2::text::uuid ORDER BY id",
                &[&by, &key.to_string()],
            )
            .await;
        rows.unwrap().iter().map(|r| r.get(0)).collect()
    }

    pub async fn parked(&self, key: Uuid) -> Vec<i64> {
        let sql =
            "SELECT (record->>'sequence')::bigint FROM parked_event WHERE key = $1::text::uuid ORDER BY id";
        self.0.query(sql, &[&key.to_string()]).await.unwrap().iter().map(|r| r.get(0)).collect()
    }

    /// How many events are in the log and not noted as published.
    #[cfg(feature = "kafka")]
    pub async fn waiting(&self) -> i64 {
        self.count(
            "SELECT count(*) FROM event_log WHERE position > \
             coalesce((SELECT position FROM consumer_position WHERE consumer = 'relay'), 0)",
        )
        .await
    }

    /// Ends the connections that are called `name`, as a crash would.
    pub async fn kill(&self, name: &str, which: &str) -> i64 {
        let sql = format!(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name = '{name}' AND {which}"
        );
        self.count(&sql).await
    }

    /// Who holds the relay's lock.
    pub async fn leaders(&self) -> Vec<String> {
        let sql = "SELECT application_name FROM pg_stat_activity WHERE pid IN (SELECT pid FROM pg_locks \
                   WHERE locktype = 'advisory' AND granted \
                   AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
        self.texts(sql, &[]).await
    }
}

/// Waits until `is` says so, at most `patience`; the time that it took.
#[track_caller]
pub fn eventually<F: Future<Output = bool>>(
    patience: Duration,
    mut is: impl FnMut() -> F,
) -> impl Future<Output = Duration> {
    let caller = std::panic::Location::caller();
    async move {
        let since = std::time::Instant::now();
        while !is().await {
            assert!(since.elapsed() < patience, "{caller}: not within {patience:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        since.elapsed()
    }
}

pub const fn secs(n: u64) -> Duration {
    Duration::from_secs(n)
}

pub const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

#[test]
fn every_service_starts_with_the_chassis_tables() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let part = |name: &str| std::fs::read_to_string(root.join("crates/pg/sql").join(name)).unwrap();
    let (chassis, later) = (part("chassis.sql"), part("log_at_once.sql"));
    let mut compared = 0;
    for service in std::fs::read_dir(root.join("services")).unwrap().flatten() {
        let migrations = service.path().join("migrations");
        let mut names: Vec<_> = std::fs::read_dir(migrations).unwrap().flatten().map(|d| d.path()).collect();
        names.sort();
        let first = names.first().unwrap();
        assert!(first.to_string_lossy().ends_with("_chassis"), "{}", first.display());
        assert_eq!(std::fs::read_to_string(first.join("up.sql")).unwrap(), chassis, "{}", first.display());
        let same = names.iter().find(|name| name.to_string_lossy().ends_with("_log_at_once")).unwrap();
        assert_eq!(std::fs::read_to_string(same.join("up.sql")).unwrap(), later, "{}", same.display());
        compared += 1;
    }
    assert_eq!(compared, 4);
    let ours = include_str!("../migrations/20260101000000_chassis/up.sql");
    assert_eq!(ours, chassis, "crates/common/tests/migrations");
    let ours = include_str!("../migrations/20260101000200_log_at_once/up.sql");
    assert_eq!(ours, later, "crates/common/tests/migrations");
}
