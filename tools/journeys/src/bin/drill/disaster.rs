//! What happens to the cluster, and how far it can be restored.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::ensure;
use clap::ValueEnum;
use cluster::Cluster;
use dojob_journeys::chaos::{database::Database, people::Site};
use postgres::Target;
use rand::{Rng, rngs::StdRng};

use crate::watch::{ARCHIVED_AFTER, Watch};

/// How long a segment may take until it is archived, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Disaster {
    /// All notices are deleted by mistake; back to the moment before.
    Deletion,
    /// The machine is gone: kill -9 of everything, data of PostgreSQL and Kafka lost; back to the end of the archive.
    Loss,
}

/// What is known right after it.
pub struct Aftermath {
    pub target: Target,
    /// Everything acknowledged until then must come back.
    pub safe_until: Instant,
    /// When the service went down.
    pub down: Instant,
    /// How far the log was archived, as far as was seen.
    pub archived: u64,
    /// Rows that were deleted by mistake.
    pub deleted: u64,
}

impl Disaster {
    /// Lets it happen. Consumers go first, so that events wait for effects which they have never had; where everything
    /// is lost the broker goes next, so that events wait in outboxes, too.
    ///
    /// # Errors
    /// People cannot work any more, or nothing is archived.
    pub async fn happen(
        self,
        cluster: &mut Cluster,
        site: &Site,
        watch: &Watch,
        rng: &mut StdRng,
    ) -> anyhow::Result<Aftermath> {
        for name in ["notify-address-1", "notify-address-2"] {
            cluster.kill9(name).await?;
        }
        work(site, 40).await?;
        match self {
            Self::Deletion => deletion(cluster, site, watch).await,
            Self::Loss => loss(cluster, site, watch, rng).await,
        }
    }
}

async fn deletion(cluster: &mut Cluster, site: &Site, watch: &Watch) -> anyhow::Result<Aftermath> {
    let url = cluster.postgres()?.superuser_url("dojob_notify_address")?;
    let database = Database::open(&url).await?;
    // Everything acknowledged before we ask was committed before the moment that is answered.
    let safe_until = Instant::now();
    let [moment] = database.row("SELECT clock_timestamp()").await?;
    let deleted =
        "WITH deleted AS (DELETE FROM notification.notices RETURNING 1) SELECT count(*) FROM deleted";
    let [deleted] = database.row(deleted).await?;
    let deleted = deleted.parse()?;
    ensure!(deleted > 0, "there were no notices to delete");
    // Nobody has noticed yet.
    work(site, 60).await?;
    let [_] = database.row("SELECT pg_switch_wal()").await?;
    watch.until_archived(PATIENCE).await?;
    let down = Instant::now();
    site.close();
    cluster.stop_all().await?;
    let archived = watch.archived()?;
    cluster.kill9("postgres").await?;
    cluster.kill9("kafka").await?;
    Ok(Aftermath { target: Target::Moment(moment), safe_until, down, archived, deleted })
}

async fn loss(
    cluster: &mut Cluster,
    site: &Site,
    watch: &Watch,
    rng: &mut StdRng,
) -> anyhow::Result<Aftermath> {
    cluster.kill9("kafka").await?;
    work(site, 40).await?;
    // What waits now must be in the archive: else the drill would restore a state in which nothing waits.
    watch.until_archived(PATIENCE).await?;
    work(site, 30).await?;
    // At any moment between two segments.
    tokio::time::sleep(ARCHIVED_AFTER.mul_f64(rng.random_range(0.0..2.0))).await;
    let down = Instant::now();
    cluster.kill9("postgres").await?;
    site.close();
    let running: Vec<String> = cluster
        .processes()
        .into_iter()
        .filter(|(_, pid)| pid.is_some())
        .map(|(name, _)| name.to_owned())
        .collect();
    for name in running {
        cluster.kill9(&name).await?;
    }
    // What is started after that is started elsewhere: another program may take the ports meanwhile.
    cluster.stop_all().await?;
    let (safe_until, archived) = (watch.safe_until()?, watch.archived()?);
    Ok(Aftermath { target: Target::End, safe_until, down, archived, deleted: 0 })
}

/// Lets people work until so many more writes are acknowledged.
///
/// # Errors
/// They cannot.
pub async fn work(site: &Site, writes: usize) -> anyhow::Result<()> {
    let until = site.ledger.count() + writes;
    site.until_kept(until, Duration::from_mins(2)).await;
    ensure!(site.ledger.count() >= until, "people cannot work: {writes} writes were not acknowledged");
    Ok(())
}

/// Removes a data directory. The last processes of a killed server may still be in it.
pub async fn remove(data: &Path) -> anyhow::Result<()> {
    let since = Instant::now();
    while data.exists() {
        if let Err(error) = fs::remove_dir_all(data) {
            ensure!(since.elapsed() < Duration::from_secs(20), "{} stays: {error}", data.display());
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    Ok(())
}
