//! The four databases, looked at directly.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use anyhow::Context;
use chrono::{DateTime, Utc};
use common::{http::Edge, time::Clock};
use secrecy::ExposeSecret;
use serde_json::Value;
use standalone::{Databases, Platform};

use super::database::Database;

/// The services, in the order of their databases.
pub const SERVICES: [&str; 4] = ["core", "auth", "notify_address", "chat"];

/// The four databases as the superuser, who may corrupt them.
#[cfg(feature = "kafka")]
fn superuser(server: &postgres::Server) -> anyhow::Result<Databases> {
    let url = |service: &str| anyhow::Ok(server.superuser_url(&format!("dojob_{service}"))?.into());
    let [core, auth, notify_address, chat] = SERVICES;
    Ok(Databases {
        core: url(core)?,
        auth: url(auth)?,
        notify_address: url(notify_address)?,
        chat: url(chat)?,
    })
}

/// That a consumer subscribes to a kind of event.
#[derive(Clone, Debug)]
struct Subscription {
    service: &'static str,
    consumer: &'static str,
    topic: &'static str,
    kind: &'static str,
}

/// Something that a service published.
#[derive(Clone, Debug)]
pub struct Event {
    pub service: &'static str,
    pub id: String,
    pub topic: String,
    pub kind: String,
    pub key: String,
    pub sequence: i64,
    pub data: Value,
}

/// Connections to the databases of a running platform.
pub struct Observations {
    databases: BTreeMap<&'static str, Database>,
    subscriptions: Vec<Subscription>,
    now: DateTime<Utc>,
}

impl Observations {
    /// Opens those of a cluster, as the superuser.
    ///
    /// # Errors
    /// A database is unavailable.
    #[cfg(feature = "kafka")]
    pub async fn of_cluster(
        cluster: &cluster::Cluster,
        home: &std::path::Path,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Self> {
        Self::open(&superuser(cluster.postgres()?)?, standalone::local_identity(home)?, now).await
    }

    /// Opens the databases. `auth` is any identity: nothing is asked of it.
    ///
    /// # Errors
    /// A database is unavailable.
    pub async fn open(
        urls: &Databases,
        auth: dojob_auth::Config,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Self> {
        let mut databases = BTreeMap::new();
        for (service, url) in
            SERVICES.into_iter().zip([&urls.core, &urls.auth, &urls.notify_address, &urls.chat])
        {
            databases.insert(service, Database::open(url.expose_secret()).await?);
        }
        // Built, never started: the services themselves know what they subscribe to.
        let platform = Platform {
            clock: Clock::default(),
            databases: urls.clone(),
            mail: standalone::mail(&auth, None, String::new()),
            auth,
            max_connections: 1,
            workers: 0,
            edge: Edge::default(),
            budgets: true,
        };
        let mut subscriptions = Vec::new();
        for (built, service) in Box::pin(platform.build()).await?.iter().zip(SERVICES) {
            for consumer in &built.consumers {
                let of = |(topic, kind)| Subscription { service, consumer: consumer.name(), topic, kind };
                subscriptions.extend(consumer.subscriptions().map(of));
            }
            built.cx.db.close();
        }
        Ok(Self { databases, subscriptions, now })
    }

    pub(super) fn database(&self, service: &str) -> anyhow::Result<&Database> {
        self.databases.get(service).with_context(|| format!("{service} has no database"))
    }

    /// Rows of a query, as text; absent values are empty.
    pub async fn rows<const N: usize>(&self, service: &str, sql: &str) -> anyhow::Result<Vec<[String; N]>> {
        self.database(service)?.rows(sql).await.with_context(|| service.to_owned())
    }

    /// The topics that each consumer reads.
    pub fn groups(&self) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let mut groups: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for subscription in &self.subscriptions {
            groups.entry(subscription.consumer).or_default().insert(subscription.topic);
        }
        groups
    }

    /// Does something to all four databases.
    ///
    /// # Errors
    /// One refuses.
    pub async fn everywhere(&self, sql: &str) -> anyhow::Result<()> {
        for service in SERVICES {
            self.database(service)?.run(sql).await.with_context(|| service.to_owned())?;
        }
        Ok(())
    }

    /// Rows of the same query in every database, each behind the name of its service.
    ///
    /// # Errors
    /// One refuses.
    pub async fn all<const N: usize>(&self, sql: &str) -> anyhow::Result<Vec<(&'static str, [String; N])>> {
        let mut all = Vec::new();
        for service in SERVICES {
            all.extend(self.rows(service, sql).await?.into_iter().map(|row| (service, row)));
        }
        Ok(all)
    }

    async fn lines<const N: usize>(&self, sql: &str) -> anyhow::Result<Vec<String>> {
        let rows = self.all::<N>(sql).await?;
        Ok(rows.into_iter().map(|(service, row)| format!("{service} {}", row.join(" "))).collect())
    }

    /// Everything that was ever published.
    pub async fn events(&self) -> anyhow::Result<Vec<Event>> {
        let sql = "SELECT event_id, topic, kind, key, sequence, data FROM event_log ORDER BY position";
        let event = |(service, [id, topic, kind, key, sequence, data]): (_, [String; 6])| {
            let (sequence, data) = (sequence.parse()?, serde_json::from_str(&data)?);
            anyhow::Ok(Event { service, id, topic, kind, key, sequence, data })
        };
        self.all(sql).await?.into_iter().map(event).collect()
    }

    /// `consumer event` of everything that must have had an effect.
    pub fn wanted(&self, events: &[Event]) -> Vec<String> {
        let wanted = |event: &Event| {
            let wants = |i: &&Subscription| i.topic == event.topic && i.kind == event.kind;
            let proof = |i: &Subscription| format!("{} {} {}", i.service, i.consumer, event.id);
            self.subscriptions.iter().filter(wants).map(proof).collect::<Vec<_>>()
        };
        events.iter().flat_map(wanted).collect()
    }

    /// `consumer event` of everything that had one.
    pub async fn proofs(&self) -> anyhow::Result<Vec<String>> {
        self.lines::<2>("SELECT consumer, event_id FROM processed_event").await
    }

    /// Timers that should have run by now.
    pub async fn overdue(&self) -> anyhow::Result<Vec<String>> {
        let now = self.now.to_rfc3339();
        self.lines::<3>(&format!("SELECT kind, key, last_error FROM job WHERE run_at <= '{now}'")).await
    }

    /// What waits to be published; in one process nothing does.
    pub async fn waiting(&self) -> anyhow::Result<Vec<String>> {
        let unpublished = "SELECT kind, event_id FROM event_log l JOIN consumer_position p \
                           ON p.consumer = 'relay' AND l.position > p.position";
        self.lines::<2>(unpublished).await
    }

    /// Events that failed for good.
    pub async fn dead_letters(&self) -> anyhow::Result<Vec<String>> {
        self.lines::<3>("SELECT consumer, event_id, cause FROM parked_event").await
    }

    /// What must have had an effect and had none. Reads the logs from their beginning.
    ///
    /// # Errors
    /// A database is unavailable.
    pub async fn missing(&self) -> anyhow::Result<Vec<String>> {
        let proofs: BTreeSet<_> = self.proofs().await?.into_iter().collect();
        let mut missing = self.wanted(&self.events().await?);
        missing.retain(|wanted| !proofs.contains(wanted));
        Ok(missing)
    }

    /// Waits until nothing moves: outboxes empty, every event had its effects, no timer is due; prints every five seconds
    /// what it waits for. What still moves after so long is for the invariants to name.
    pub async fn until_quiet(&self, patience: Duration) -> anyhow::Result<()> {
        let (since, mut told) = (Instant::now(), Duration::ZERO);
        while since.elapsed() < patience {
            let (waiting, overdue) = (self.waiting().await?, self.overdue().await?);
            // Expensive, so only when all else is at rest.
            let resting = waiting.is_empty() && overdue.is_empty();
            let missing = if resting { self.missing().await? } else { Vec::new() };
            // An effect may publish something of its own, so outboxes are looked at last.
            if resting && missing.is_empty() && self.waiting().await?.is_empty() {
                return Ok(());
            }
            if since.elapsed() > told + Duration::from_secs(5) {
                told = since.elapsed();
                let moving =
                    [("in outboxes", waiting), ("due timers", overdue), ("effects missing", missing)];
                for (what, of_it) in moving {
                    if let Some(first) = of_it.first() {
                        println!("    {told:.0?} {what}: {}, as {first}", of_it.len());
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Ok(())
    }
}
