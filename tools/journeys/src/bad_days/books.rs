//! The four databases, looked at directly.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use anyhow::Context;
use chrono::{DateTime, Utc};
use common::time::Clock;
use secrecy::ExposeSecret;
use serde_json::Value;
use standalone::{Databases, Platform};
use tokio::task::JoinSet;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::{harm::Harm, ledger::Kept, people::Seen, reckoning::Reckoning};

/// The services, in the order of their databases.
pub const SERVICES: [&str; 4] = ["core", "auth", "notify_address", "chat"];

/// The four databases as somebody who may do harm to them.
///
/// # Errors
/// The server's secrets cannot be read.
#[cfg(feature = "kafka")]
pub fn superuser(server: &postgres::Server) -> anyhow::Result<Databases> {
    let url = |service: &str| anyhow::Ok(server.superuser_url(&format!("dojob_{service}"))?.into());
    let [core, auth, notify_address, chat] = SERVICES;
    Ok(Databases {
        core: url(core)?,
        auth: url(auth)?,
        notify_address: url(notify_address)?,
        chat: url(chat)?,
    })
}

/// A consumer's wish to hear of a kind of event.
#[derive(Clone, Debug)]
struct Interest {
    service: &'static str,
    consumer: &'static str,
    topic: &'static str,
    kind: &'static str,
}

/// Something that a service said.
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

pub struct Books {
    databases: BTreeMap<&'static str, Client>,
    interests: Vec<Interest>,
    now: DateTime<Utc>,
    /// Drive the connections; end with the books.
    _connections: JoinSet<()>,
}

impl Books {
    /// Opens the databases of a running platform. `auth` is any identity: nothing is asked of it.
    ///
    /// # Errors
    /// A database is away.
    pub async fn open(
        urls: &Databases,
        auth: dojob_auth::Config,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Self> {
        let (mut databases, mut connections) = (BTreeMap::new(), JoinSet::new());
        for (service, url) in
            SERVICES.into_iter().zip([&urls.core, &urls.auth, &urls.notify_address, &urls.chat])
        {
            let (client, connection) = tokio_postgres::connect(url.expose_secret(), NoTls).await?;
            connections.spawn(async move { drop(connection.await) });
            databases.insert(service, client);
        }
        // Built, never started: the services themselves know what they listen to.
        let platform = Platform {
            clock: Clock::default(),
            databases: urls.clone(),
            auth,
            max_connections: 1,
            origins: Vec::new(),
        };
        let mut interests = Vec::new();
        for (built, service) in Box::pin(platform.build()).await?.iter().zip(SERVICES) {
            for consumer in &built.consumers {
                let of = |(topic, kind)| Interest { service, consumer: consumer.name(), topic, kind };
                interests.extend(consumer.subscriptions().map(of));
            }
            built.cx.db.close();
        }
        Ok(Self { databases, interests, now, _connections: connections })
    }

    fn client(&self, service: &str) -> anyhow::Result<&Client> {
        self.databases.get(service).with_context(|| format!("{service} has no database"))
    }

    /// Rows of a query, as text; absent values are empty.
    pub async fn rows<const N: usize>(&self, service: &str, sql: &str) -> anyhow::Result<Vec<[String; N]>> {
        let answer =
            self.client(service)?.simple_query(sql).await.with_context(|| format!("{service}: {sql}"))?;
        let row = |message| match message {
            SimpleQueryMessage::Row(row) => {
                Some(std::array::from_fn(|i| row.try_get(i).ok().flatten().unwrap_or_default().to_owned()))
            }
            _ => None,
        };
        Ok(answer.into_iter().filter_map(row).collect())
    }

    /// The topics that each consumer reads.
    pub fn groups(&self) -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let mut groups: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for interest in &self.interests {
            groups.entry(interest.consumer).or_default().insert(interest.topic);
        }
        groups
    }

    /// Does something to all four databases.
    ///
    /// # Errors
    /// One refuses.
    pub async fn everywhere(&self, sql: &str) -> anyhow::Result<()> {
        for service in SERVICES {
            self.client(service)?.batch_execute(sql).await.with_context(|| format!("{service}: {sql}"))?;
        }
        Ok(())
    }

    /// Everything that was ever handed on.
    pub async fn events(&self) -> anyhow::Result<Vec<Event>> {
        let mut events = Vec::new();
        for service in SERVICES {
            let sql = "SELECT event_id, topic, kind, key, sequence, data FROM event_log ORDER BY position";
            for [id, topic, kind, key, sequence, data] in self.rows(service, sql).await? {
                let (sequence, data) = (sequence.parse()?, serde_json::from_str(&data)?);
                events.push(Event { service, id, topic, kind, key, sequence, data });
            }
        }
        Ok(events)
    }

    /// `consumer event` of everything that must have had an effect.
    pub fn wanted(&self, events: &[Event]) -> Vec<String> {
        let wanted = |event: &Event| {
            let wants = |i: &&Interest| i.topic == event.topic && i.kind == event.kind;
            let proof = |i: &Interest| format!("{} {} {}", i.service, i.consumer, event.id);
            self.interests.iter().filter(wants).map(proof).collect::<Vec<_>>()
        };
        events.iter().flat_map(wanted).collect()
    }

    /// `consumer event` of everything that had one.
    pub async fn proofs(&self) -> anyhow::Result<Vec<String>> {
        let mut proofs = Vec::new();
        for service in SERVICES {
            let rows = self.rows(service, "SELECT consumer, event_id FROM processed_event").await?;
            proofs.extend(rows.into_iter().map(|[consumer, event]| format!("{service} {consumer} {event}")));
        }
        Ok(proofs)
    }

    /// Timers that should have rung by now.
    pub async fn overdue(&self) -> anyhow::Result<Vec<String>> {
        let sql =
            format!("SELECT kind, key, last_error FROM job WHERE run_at <= '{}'", self.now.to_rfc3339());
        let mut overdue = Vec::new();
        for service in SERVICES {
            let rows = self.rows(service, &sql).await?;
            overdue
                .extend(rows.into_iter().map(|[kind, key, error]| format!("{service} {kind} {key} {error}")));
        }
        Ok(overdue)
    }

    /// What waits to be handed on.
    pub async fn waiting(&self) -> anyhow::Result<Vec<String>> {
        let mut waiting = Vec::new();
        for service in SERVICES {
            let rows = self.rows(service, "SELECT kind, event_id FROM outbox").await?;
            waiting.extend(rows.into_iter().map(|[kind, id]| format!("{service} {kind} {id}")));
        }
        Ok(waiting)
    }

    /// What must have had an effect and had none. Reads the logs from their beginning.
    ///
    /// # Errors
    /// A database is away.
    pub async fn missing(&self) -> anyhow::Result<Vec<String>> {
        let proofs: BTreeSet<_> = self.proofs().await?.into_iter().collect();
        let mut missing = self.wanted(&self.events().await?);
        missing.retain(|wanted| !proofs.contains(wanted));
        Ok(missing)
    }

    /// Waits until nothing moves: outboxes empty, every event had its effects, no timer is due; says every five seconds
    /// what it waits for. What still moves after so long is for the reckoning to name.
    pub async fn until_quiet(&self, patience: Duration) -> anyhow::Result<()> {
        let (since, mut told) = (Instant::now(), Duration::ZERO);
        while since.elapsed() < patience {
            let (waiting, overdue) = (self.waiting().await?, self.overdue().await?);
            // Dear, so only when all else is at rest.
            let resting = waiting.is_empty() && overdue.is_empty();
            let missing = if resting { self.missing().await? } else { Vec::new() };
            // An effect may say something of its own: nothing waits for it only if it is asked for last.
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

    /// The reckoning as it would be after this harm, which is undone.
    pub async fn harmed(&self, harm: &Harm, ledger: &[Kept], seen: &Seen) -> anyhow::Result<Reckoning> {
        let client = self.client(harm.service)?;
        client.batch_execute("BEGIN").await?;
        let done = client.simple_query(harm.sql).await.with_context(|| harm.name.to_owned())?;
        let touched: u64 =
            done.iter().map(|m| if let SimpleQueryMessage::CommandComplete(n) = m { *n } else { 0 }).sum();
        anyhow::ensure!(touched > 0, "'{}' found nothing to harm: there was too little load", harm.name);
        let reckoning = Reckoning::of(self, ledger, seen).await;
        client.batch_execute("ROLLBACK").await?;
        reckoning
    }
}
