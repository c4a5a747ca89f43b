//! The faults, one after another in a seeded random order.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use cluster::Cluster;
use dojob_journeys::chaos::{
    database::Database,
    people::Site,
    topics::{Groups, Topics},
};
use rand::{Rng, rngs::StdRng, seq::SliceRandom};
use secrecy::ExposeSecret;
use standalone::Databases;

/// Hours that pass at a time: a round of them is longer than the furthest appointment.
const HOURS: i64 = 7;

/// Roll-outs of a process in a row: a process that does not finish its requests has one under way only now and then.
const ROLL_OUTS: usize = 3;

/// Something that goes wrong, or only happens.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// kill -9 of a process, the broker or the database, and its return.
    Kill(&'static str),
    /// The broker is killed and not started again for a while.
    KafkaDown,
    /// A process goes in order and another comes, and nobody may notice.
    RollOut(&'static str),
    /// Both processes of a service are killed at the moment in which an effect is committed, before its offset is.
    KillAfterEffect(&'static str),
    /// Everything in a topic is delivered again.
    Again { service: &'static str, topic: &'static str },
    /// Hours pass, so that appointments begin and end.
    Hours,
}

/// Every fault that a run has at least once.
fn round() -> Vec<Fault> {
    let killed = [
        "core-1",
        "core-2",
        "auth-1",
        "auth-2",
        "notify-address-1",
        "notify-address-2",
        "chat-1",
        "chat-2",
        "postgres",
        "kafka",
    ];
    let mut round: Vec<Fault> = killed.map(Fault::Kill).into();
    round.extend(["core-1", "auth-2", "notify-address-1", "chat-2"].map(Fault::RollOut));
    round.extend(["core", "notify-address", "chat"].map(Fault::KillAfterEffect));
    round.extend([Fault::Hours; 4]);
    round.push(Fault::KafkaDown);
    round.push(Fault::Again { service: "core", topic: "dojob.core.engagement.v1" });
    round.push(Fault::Again { service: "auth", topic: "dojob.auth.identity.v1" });
    round
}

/// A run in which they are made.
pub struct Run<'a> {
    rng: StdRng,
    cluster: &'a mut Cluster,
    site: &'a Arc<Site>,
    databases: &'a Databases,
    topics: &'a Topics,
    clock_file: PathBuf,
    groups: &'a Groups,
    /// How long Kafka is down.
    pub absence: Duration,
    /// A roll-out kills: see [`crate::breakage`].
    pub rolls_roughly: bool,
    /// What ended by itself.
    pub deaths: Vec<String>,
    /// Faults that were made.
    pub made: usize,
}

impl<'a> Run<'a> {
    pub fn new(
        rng: StdRng,
        cluster: &'a mut Cluster,
        site: &'a Arc<Site>,
        databases: &'a Databases,
        (topics, groups): (&'a Topics, &'a Groups),
        clock_file: PathBuf,
    ) -> Self {
        Self {
            rng,
            cluster,
            site,
            databases,
            topics,
            groups,
            clock_file,
            absence: Duration::from_mins(1),
            rolls_roughly: false,
            deaths: Vec::new(),
            made: 0,
        }
    }

    /// Makes every fault once, and then more until the time is over.
    ///
    /// # Errors
    /// Something does not come back, or nobody can do anything any more.
    #[expect(clippy::print_stdout, reason = "a program that reports")]
    pub async fn last(&mut self, time: Duration) -> anyhow::Result<()> {
        let (since, at_least) = (Instant::now(), round().len());
        while self.made < at_least || since.elapsed() < time {
            let mut faults = round();
            faults.shuffle(&mut self.rng);
            for fault in faults {
                if self.made >= at_least && since.elapsed() >= time {
                    break;
                }
                let (began, before) = (Instant::now(), self.site.ledger.count());
                let what = self.make(fault).await.with_context(|| format!("{fault:?}"))?;
                self.made += 1;
                // People go on working between faults, else the next would hit nothing.
                let pause = Duration::from_millis(self.rng.random_range(200..1500));
                self.site.until_kept(self.site.ledger.count() + 20, Duration::from_secs(20)).await;
                tokio::time::sleep(pause).await;
                let kept = self.site.ledger.count() - before;
                println!("{:3} {what}: {:.1?}, {kept} acknowledged", self.made, began.elapsed());
                for (name, how) in self.cluster.dead().await? {
                    self.deaths.push(format!("{name} after '{what}' {how}"));
                    self.cluster.start_again(&name).await?;
                }
            }
        }
        Ok(())
    }

    async fn make(&mut self, fault: Fault) -> anyhow::Result<String> {
        match fault {
            Fault::Kill(name) => {
                self.cluster.kill9(name).await?;
                let gone = Duration::from_millis(self.rng.random_range(0..1500));
                tokio::time::sleep(gone).await;
                self.cluster.start_again(name).await?;
                Ok(format!("kill -9 of {name}, started again after {gone:.1?}"))
            }
            Fault::KafkaDown => self.kafka_down().await,
            Fault::RollOut(name) => self.roll_out(name).await,
            Fault::KillAfterEffect(service) => self.kill_after_effect(service).await,
            Fault::Again { service, topic } => {
                self.cluster.command(service, &["replay", "--topic", topic, "--from", "1"]).await?;
                Ok(format!("{topic} delivered again"))
            }
            Fault::Hours => {
                self.site.pass(HOURS, &self.clock_file)?;
                Ok(format!("{HOURS} hours passed"))
            }
        }
    }

    /// Requests go on while Kafka is down: outboxes grow.
    async fn kafka_down(&mut self) -> anyhow::Result<String> {
        self.cluster.kill9("kafka").await?;
        let since = Instant::now();
        // What began before it went may still be on its way: the second half is what counts.
        tokio::time::sleep(self.absence / 2).await;
        let halfway = self.site.ledger.count();
        tokio::time::sleep(self.absence / 2).await;
        let kept = self.site.ledger.count() - halfway;
        if kept == 0 {
            self.site.complain(format!("nothing was acknowledged in {:?} without Kafka", self.absence / 2));
        }
        let down = since.elapsed();
        self.cluster.start_again("kafka").await?;
        Ok(format!("Kafka down for {down:.0?}, {kept} acknowledged in its second half"))
    }

    async fn roll_out(&mut self, name: &str) -> anyhow::Result<String> {
        self.cluster.until_all_healthy().await?;
        self.site.turn_gentle(true);
        for _ in 0..ROLL_OUTS {
            if self.rolls_roughly {
                self.cluster.kill9(name).await?;
            } else {
                self.cluster.stop_one(name).await?;
            }
            // Some time with one process alone.
            self.site.until_kept(self.site.ledger.count() + 10, Duration::from_secs(10)).await;
            self.cluster.start_again(name).await?;
        }
        self.site.turn_gentle(false);
        Ok(format!("{ROLL_OUTS} roll-outs of {name}"))
    }

    /// Offsets are confirmed every second, so a process that dies right after an effect has not confirmed it; both processes
    /// die, since either may have had it.
    async fn kill_after_effect(&mut self, service: &'static str) -> anyhow::Result<String> {
        let url = match service {
            "core" => &self.databases.core,
            "chat" => &self.databases.chat,
            _ => &self.databases.notify_address,
        };
        let database = Database::open(url.expose_secret()).await?;
        let count = "SELECT count(*) FROM processed_event";
        let [before] = database.row(count).await?;
        let effect = async {
            while database.row::<1>(count).await? == [before.as_str()] {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(Duration::from_mins(1), effect).await.context("no effect")??;
        let processes = [1, 2].map(|n| format!("{service}-{n}"));
        for name in &processes {
            self.cluster.kill9(name).await?;
        }
        let prefix = format!("{service}/");
        let lags = self.topics.lag(self.groups).await?;
        let open: i64 = lags.iter().filter(|(group, _)| group.starts_with(&prefix)).map(|(_, lag)| lag).sum();
        for name in &processes {
            self.cluster.start_again(name).await?;
        }
        Ok(format!("{service} killed between effect and offset, {open} deliveries not confirmed"))
    }
}
