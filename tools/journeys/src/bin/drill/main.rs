//! `drill`: the databases are lost and restored. Every service as two processes, a real Kafka, a real PostgreSQL that
//! archives its write-ahead log; people work, a base backup is taken while they do, and then a disaster happens.
//! PostgreSQL is restored from the base backup and the archive, Kafka starts empty and gets every log again, services
//! start, people go on, and the invariants are checked: what was acknowledged and archived must be there, nothing may
//! have happened twice, and what is lost and how long it took is measured.

#![expect(clippy::print_stdout, reason = "a program that reports")]

mod breakage;
mod disaster;
mod recovery;
mod watch;

use std::{
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use clap::Parser;
use cluster::Cluster;
use dojob_journeys::chaos::{
    database::Database,
    described,
    home::Home,
    invariants::Invariants,
    load, mutations,
    observations::Observations,
    people::{self, Person, Site, Tolerance},
    run, survivors,
    topics::Topics,
    unless_interrupted,
};
use postgres::{Target, Vault};
use rand::{SeedableRng, rngs::StdRng};

use breakage::Breakage;
use disaster::{Aftermath, Disaster, work};
use recovery::{Recovered, Steps};
use watch::{ARCHIVED_AFTER, SEGMENT, Watch};

/// Loses the databases of a running cluster, restores them, and checks the invariants.
#[derive(Parser)]
#[command(name = "drill")]
struct Arguments {
    /// One disaster only; else both.
    #[arg(long, value_name = "NAME")]
    after: Option<Disaster>,
    /// What people do.
    #[arg(long, value_name = "N", default_value_t = 20_261_123)]
    seed: u64,
    /// How much work a lost machine may cost, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 15.0)]
    rpo: f64,
    /// How long until the first request is answered again, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 120.0)]
    rto: f64,
    /// Restore wrongly, after the disaster in which it shows; the run must then find it.
    #[arg(long = "break", value_name = "NAME")]
    breakage: Option<Breakage>,
}

impl Arguments {
    fn disasters(&self) -> Vec<Disaster> {
        match self.breakage.map(Breakage::shows_after).or(self.after) {
            Some(one) => vec![one],
            None => vec![Disaster::Deletion, Disaster::Loss],
        }
    }
}

/// People who work with the cluster at the same time.
const PEOPLE: usize = 8;

/// Hours that pass at a time, so that appointments begin and end.
const HOURS: i64 = 7;

/// How long a cluster may take until nothing moves any more; one that was restored wrongly may never come to rest.
const PATIENCE: Duration = Duration::from_mins(3);
const PATIENCE_WITH_BROKEN: Duration = Duration::from_secs(20);

#[tokio::main]
async fn main() -> ExitCode {
    run(live_through).await
}

/// True when everything that could be restored is there, and every mutation would be noticed.
async fn live_through(arguments: &Arguments) -> anyhow::Result<bool> {
    let home = Home::make()?;
    let vault = Vault::make(&home.place().join("vault"))?;
    let path = home.path.clone();
    let mut options = home.options()?;
    // The pinned build brings no pg_basebackup.
    options.postgres = postgres::Binaries::Machine;
    options.postgres_settings = vault.settings(ARCHIVED_AFTER).into();
    home.run(options, async |cluster| {
        let site = Arc::new(Site::new(cluster.url(), Tolerance::Balanced));
        let mut drill = Drill { arguments, cluster, site, vault, home: path };
        unless_interrupted(drill.run()).await
    })
    .await
}

struct Drill<'a> {
    arguments: &'a Arguments,
    cluster: &'a mut Cluster,
    site: Arc<Site>,
    vault: Vault,
    home: PathBuf,
}

/// A base backup, and when it was complete.
struct Backup {
    name: &'static str,
    /// On the server's clock, in its words.
    moment: String,
    /// The segment that was being written then.
    segment: String,
}

/// What the restored databases hold before anybody serves.
struct Found {
    recovered: Recovered,
    /// Acknowledged, safe, and not there.
    broken: Vec<String>,
    /// Acknowledged and not there.
    lost: usize,
    /// Acknowledged in time, or there all the same.
    safe: usize,
}

impl Drill<'_> {
    async fn run(&mut self) -> anyhow::Result<bool> {
        if let Some(breakage) = self.arguments.breakage {
            println!("done wrongly: {}", described(&breakage));
        }
        let mut all = true;
        let disasters = self.arguments.disasters();
        for (at, &disaster) in disasters.iter().enumerate() {
            let last = at + 1 == disasters.len();
            all &= Box::pin(self.live_through(disaster, last)).await?;
        }
        Ok(all)
    }

    async fn live_through(&mut self, disaster: Disaster, last: bool) -> anyhow::Result<bool> {
        println!("\n{}\n", described(&disaster));
        self.site.open_again();
        let load = load::begin(&self.site, PEOPLE, self.arguments.seed).await?;
        // Some history first, so that there is something to lose.
        self.site.until_there_is_history(self.site.ledger.count() + 150).await?;
        let watch = Watch::begin(self.cluster.postgres()?).await?;
        let backup = self.back_up(disaster).await?;
        for _ in 0..4 {
            self.site.pass(HOURS, &self.home.join("clock"))?;
            work(&self.site, 40).await?;
        }
        let mut rng = StdRng::seed_from_u64(self.arguments.seed);
        let aftermath = disaster.happen(self.cluster, &self.site, &watch, &mut rng).await?;
        println!("{} writes acknowledged until it happened", self.site.ledger.count());
        if self.arguments.breakage == Some(Breakage::Wal) {
            println!("lost from the archive: {}", breakage::lose_segment(&self.vault, &backup.segment)?);
        }

        let mut steps = Steps::since(aftermath.down);
        let found = self.restore(&backup, &aftermath, &mut steps).await?;
        // People whose requests were lost ask until there is an answer.
        let mut people = load.finish().await?;
        let observations = self.observations().await?;
        observations.until_quiet(self.patience()).await?;
        steps.reach("nothing moves any more");

        let loss = watch.clock_at(aftermath.down)? - found.recovered.last;
        println!("\n{:36}{:>7}   acknowledged writes", "safe", found.safe);
        println!("{:36}{:>7}   acknowledged writes", "lost", found.lost);
        println!("{steps}");
        let answered = steps.at("first request answered").context("nothing was answered")?.as_secs_f64();
        let (rpo, rto) = (self.arguments.rpo, self.arguments.rto);
        match disaster {
            Disaster::Deletion => println!("taken back: the last {loss:.1} s, by choice"),
            Disaster::Loss => println!("RPO: {loss:.1} s (goal {rpo} s)"),
        }
        println!("RTO: {answered:.1} s (goal {rto} s)\n");

        // And people go on.
        self.site.open_again();
        let after = load::begin(&self.site, PEOPLE, self.arguments.seed + 100).await?;
        work(&self.site, 60).await?;
        self.site.close();
        people.extend(after.finish().await?);
        let mut goals = Vec::new();
        if answered > rto {
            goals.push(format!("{answered:.1} s until the first answer"));
        }
        // How far a mistake is taken back is a choice.
        if disaster == Disaster::Loss && loss > rpo {
            goals.push(format!("{loss:.1} s of work lost"));
        }
        self.check(&observations, people, &aftermath, found, goals, last).await
    }

    /// Takes a base backup while people work.
    async fn back_up(&self, disaster: Disaster) -> anyhow::Result<Backup> {
        let name = match disaster {
            Disaster::Deletion => "before-the-deletion",
            Disaster::Loss => "before-the-loss",
        };
        let server = self.cluster.postgres()?;
        let (since, before) = (Instant::now(), self.site.ledger.count());
        server.base_backup(&self.vault, name).await?;
        let (took, kept) = (since.elapsed(), self.site.ledger.count() - before);
        let connection = Database::open(&server.superuser_url("postgres")?).await?;
        let [moment, segment, size] = connection
            .row(
                "SELECT clock_timestamp(), pg_walfile_name(pg_current_wal_lsn()), \
                 pg_size_pretty(sum(pg_database_size(oid))) FROM pg_database",
            )
            .await?;
        println!("base backup of {size} in {took:.1?}, {kept} writes acknowledged meanwhile");
        Ok(Backup { name, moment, segment })
    }

    /// The way back, until every process serves.
    async fn restore(
        &mut self,
        backup: &Backup,
        aftermath: &Aftermath,
        steps: &mut Steps,
    ) -> anyhow::Result<Found> {
        steps.reach("everything stopped");
        recovery::lose_database(&self.home).await?;
        if self.arguments.breakage != Some(Breakage::Kafka) {
            recovery::lose_kafka(&self.home).await?;
        }
        steps.reach("data removed");
        self.vault.restore(backup.name, &self.home, &aftermath.target).await?;
        self.cluster.start_again("postgres").await?;
        let server = self.cluster.postgres()?;
        let recovered = recovery::until_recovered(server).await?;
        steps.reach("PostgreSQL restored");
        if self.arguments.breakage == Some(Breakage::Moment) {
            breakage::mix_moments(server, &self.vault, backup.name, &backup.moment, &self.home).await?;
        }
        let found = self.look(aftermath, recovered).await?;
        steps.reach("(looked at by the drill)");
        self.cluster.start_again("kafka").await?;
        steps.reach("Kafka started");
        recovery::migrate(self.cluster).await?;
        steps.reach("topics made");
        if self.arguments.breakage != Some(Breakage::Replay) {
            recovery::replay(self.cluster).await?;
            steps.reach("logs published again");
        }
        recovery::serve(self.cluster, steps).await?;
        Ok(found)
    }

    /// What came back, before anybody serves. What did not is struck out of the ledger: nobody may expect it.
    async fn look(&self, aftermath: &Aftermath, recovered: Recovered) -> anyhow::Result<Found> {
        let observations = self.observations().await?;
        let (ledger, moments) = (self.site.ledger.all(), self.site.ledger.moments());
        let lost = survivors::lost(&observations, &ledger).await?;
        let (mut safe, mut broken) = (0, Vec::new());
        for (at, (kept, moment)) in ledger.iter().zip(moments).enumerate() {
            if moment < aftermath.safe_until {
                safe += 1;
                if lost.contains(&at) {
                    broken.push(format!("{kept:?}"));
                }
            }
        }
        if aftermath.target == Target::End && recovered.end + SEGMENT <= aftermath.archived {
            broken.push(format!(
                "the log was followed to {:X}, not to {:X}",
                recovered.end, aftermath.archived
            ));
        }
        if aftermath.deleted > 0 {
            let count = "SELECT count(*) FROM notification.notices";
            let there = observations.rows::<1>("notify_address", count).await?;
            let there = there.first().map(|[count]| count.clone()).unwrap_or_default();
            println!("{} notices were deleted by mistake, {there} are there again", aftermath.deleted);
            if there != aftermath.deleted.to_string() {
                broken.push(format!("{there} notices instead of {}", aftermath.deleted));
            }
        }
        let (waiting, missing) = (observations.waiting().await?, observations.missing().await?);
        println!("restored: in outboxes {}", recovery::by_service(&waiting));
        println!("restored: effects missing {}", recovery::by_service(&missing));
        // A restore that does too little may find a time in which nothing was missing.
        let proves = !missing.is_empty() || self.arguments.breakage.is_some();
        anyhow::ensure!(proves, "every event had its effects: the drill would prove nothing");
        self.site.ledger.strike(&lost);
        Ok(Found { recovered, broken, lost: lost.len(), safe })
    }

    async fn observations(&self) -> anyhow::Result<Observations> {
        Observations::of_cluster(self.cluster, &self.home, self.site.now()).await
    }

    fn patience(&self) -> Duration {
        if self.arguments.breakage.is_some() { PATIENCE_WITH_BROKEN } else { PATIENCE }
    }

    /// Checks the invariants, the topics and the positions of the groups.
    async fn check(
        &mut self,
        observations: &Observations,
        mut people: Vec<Person>,
        aftermath: &Aftermath,
        found: Found,
        goals: Vec<String>,
        last: bool,
    ) -> anyhow::Result<bool> {
        // Everybody's last device first, since each makes a notice.
        for person in &mut people {
            person.log_in(&self.site).await?;
        }
        observations.until_quiet(self.patience()).await?;
        let topics = Topics::of(&self.cluster.brokers())?;
        let groups = observations.groups();
        let lag = topics.until_no_lag(&groups, self.patience()).await?;
        let seen = people::what_they_see(&self.site, people).await?;
        let mut invariants = Invariants::check(observations, &self.site.ledger.all(), &seen).await?;
        invariants.add("consumer lag", groups.len(), lag);
        topics.compare(&observations.events().await?, &mut invariants).await?;
        invariants.add("answers", self.site.ledger.count(), self.site.complaints());
        let dead = self.cluster.dead().await?;
        let dead = dead.into_iter().map(|(name, how)| format!("{name} {how}")).collect();
        invariants.add("processes", self.cluster.processes().len(), dead);
        let looked_at = found.safe + usize::try_from(aftermath.deleted)?;
        invariants.add("safe and restored", looked_at, found.broken);
        invariants.add("goals", 2, goals);
        println!("{invariants}");
        let right = invariants.hold();
        if !last || !right {
            return Ok(right);
        }
        mutations::all_are_noticed(observations, &self.site.ledger.all(), &seen).await
    }
}
