//! The way back, step by step, as the runbook has it (docs/runbooks/restore.md).

use std::{
    collections::BTreeMap,
    fmt,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use cluster::Cluster;
use dojob_journeys::chaos::database::Database;

use crate::disaster::remove;

/// How long one step may take, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(5);

/// What each service publishes to.
fn topics() -> [(&'static str, Vec<&'static str>); 4] {
    let names = |topics: &[common::events::Topic]| topics.iter().map(|topic| topic.name).collect();
    [
        ("core", names(dojob_core::TOPICS)),
        ("auth", names(dojob_auth::TOPICS)),
        ("notify-address", names(dojob_notify_address::TOPICS)),
        ("chat", names(dojob_chat::TOPICS)),
    ]
}

/// What was reached when, counted from the moment at which the service went down.
#[derive(Debug)]
pub struct Steps {
    down: Instant,
    reached: Vec<(&'static str, Duration)>,
}

impl Steps {
    pub fn since(down: Instant) -> Self {
        Self { down, reached: Vec::new() }
    }

    pub fn reach(&mut self, step: &'static str) {
        self.reached.push((step, self.down.elapsed()));
    }

    /// When a step was reached.
    pub fn at(&self, step: &str) -> Option<Duration> {
        self.reached.iter().find(|(name, _)| *name == step).map(|(_, at)| *at)
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (step, at) in &self.reached {
            writeln!(f, "{step:36}{:>7.1} s", at.as_secs_f64())?;
        }
        Ok(())
    }
}

/// Removes what PostgreSQL had. What came of it is in the archive or nowhere.
pub async fn lose_database(home: &Path) -> anyhow::Result<()> {
    remove(&home.join("data")).await
}

/// Removes what Kafka had: positions of groups, and events that the restored databases may not know.
pub async fn lose_kafka(home: &Path) -> anyhow::Result<()> {
    remove(&home.join("kafka/data")).await
}

/// Waits until a restored server has followed its archive to the target and takes writes; how far it came.
pub async fn until_recovered(server: &postgres::Server) -> anyhow::Result<Recovered> {
    let since = Instant::now();
    let connection = Database::open(&server.superuser_url("postgres")?).await?;
    loop {
        // Both stay as they are when recovery is over.
        let [recovering, end, last] = connection
            .row(
                "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn(), \
                 extract(epoch FROM pg_last_xact_replay_timestamp())",
            )
            .await?;
        if recovering == "f" {
            let last = last.parse().context("nothing was restored from the archive")?;
            return Ok(Recovered { end: crate::watch::position(&end)?, last });
        }
        ensure!(since.elapsed() < PATIENCE, "the server is still recovering");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// How far a restored server came.
#[derive(Clone, Copy, Debug)]
pub struct Recovered {
    /// Where in the log it stopped.
    pub end: u64,
    /// The last transaction that came back, on the server's clock, in seconds.
    pub last: f64,
}

/// `migrate` of every service: the databases are as they were, the topics are made.
pub async fn migrate(cluster: &Cluster) -> anyhow::Result<()> {
    let [core, auth, notify_address, chat] =
        topics().map(|(service, _)| cluster.command(service, &["migrate"]));
    tokio::try_join!(core, auth, notify_address, chat)?;
    Ok(())
}

/// Publishes every log from its beginning. Before anything serves: new events must come after the old ones.
pub async fn replay(cluster: &Cluster) -> anyhow::Result<()> {
    let of_service = |(service, topics): (&'static str, Vec<&'static str>)| async move {
        for topic in topics {
            cluster.command(service, &["replay", "--topic", topic, "--from", "1"]).await?;
        }
        anyhow::Ok(())
    };
    let [core, auth, notify_address, chat] = topics().map(of_service);
    tokio::try_join!(core, auth, notify_address, chat)?;
    Ok(())
}

/// Starts every process; answers when the first request was answered, and when the balancer found all of them healthy.
pub async fn serve(cluster: &mut Cluster, steps: &mut Steps) -> anyhow::Result<()> {
    // Asks PostgreSQL, through the balancer.
    let url = format!("{}/api/core/talents", cluster.url());
    let client = reqwest::Client::builder().timeout(Duration::from_secs(20)).build()?;
    let first = async {
        let since = Instant::now();
        while !client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
            ensure!(since.elapsed() < PATIENCE, "nothing answers");
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        steps.reach("first request answered");
        anyhow::Ok(())
    };
    tokio::try_join!(first, cluster.start_all())?;
    steps.reach("every process healthy");
    Ok(())
}

/// How many of them each service has.
pub fn by_service(of: &[String]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for line in of {
        *counts.entry(line.split(' ').next().unwrap_or_default()).or_default() += 1;
    }
    let words: Vec<_> = counts.into_iter().map(|(service, count)| format!("{service} {count}")).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
