//! `faults`: chaos for the whole cluster. Every service as two processes, a real Kafka, a real PostgreSQL and a balancer;
//! people work with it while its parts are killed with -9 and brought back in a seeded random order, Kafka is
//! unavailable, processes are rolled out, events are delivered twice and hours pass. Then the invariants are checked, the
//! logs are compared with the topics, and every event is consumed again: nothing may come of it.

#![expect(clippy::print_stdout, reason = "a program that reports")]

mod breakage;
mod faults;
mod replay;

use std::{
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Parser;
use cluster::Cluster;
use dojob_journeys::chaos::{
    described,
    home::Home,
    invariants::Invariants,
    load, mutations,
    observations::Observations,
    people::{self, Site, Tolerance},
    run,
    topics::Topics,
    unless_interrupted,
};
use rand::{SeedableRng, rngs::StdRng};
use standalone::Databases;

use breakage::Breakage;
use faults::Run;

/// Kills parts of a running cluster, and checks the invariants.
#[derive(Parser)]
#[command(name = "faults")]
struct Arguments {
    /// How long faults are made, in minutes; each is made once at least.
    #[arg(long, value_name = "N", default_value_t = 10)]
    minutes: u64,
    /// What is done and when.
    #[arg(long, value_name = "N", default_value_t = 20_261_123)]
    seed: u64,
    /// Switch off what keeps the data right; the run must then find it.
    #[arg(long = "break", value_name = "NAME")]
    breakage: Option<Breakage>,
    /// Where PostgreSQL is from: machine or pinned.
    #[arg(long, value_name = "NAME", default_value = "machine")]
    postgres: postgres::Binaries,
}

/// People who work with the cluster at the same time.
const PEOPLE: usize = 8;

/// How long a cluster may take until nothing moves any more; one that was broken on purpose may never come to rest.
const PATIENCE: Duration = Duration::from_mins(3);
const PATIENCE_WITH_BROKEN: Duration = Duration::from_secs(20);

#[tokio::main]
async fn main() -> ExitCode {
    run(live_through).await
}

/// True when the invariants hold, and every mutation would be noticed.
async fn live_through(arguments: &Arguments) -> anyhow::Result<bool> {
    let home = Home::make()?;
    let path = home.path.clone();
    let mut options = home.options()?;
    options.postgres = arguments.postgres;
    // On a busy machine a request is still on its way to a process that the balancer has just let go.
    options.deregistration = Duration::from_secs(3);
    home.run(options, async |cluster| unless_interrupted(disturb(arguments, cluster, &path)).await).await
}

async fn disturb(arguments: &Arguments, cluster: &mut Cluster, home: &Path) -> anyhow::Result<bool> {
    let databases = Databases::on(cluster.postgres()?).await?;
    let site = Arc::new(Site::new(cluster.url(), Tolerance::Balanced));
    let topics = Topics::of(&cluster.brokers())?;
    let groups = Observations::of_cluster(cluster, home, site.now()).await?.groups();
    if let Some(breakage) = arguments.breakage {
        println!("switched off: {}", described(&breakage));
        breakage.switch_off(&databases).await?;
    }
    let load = load::begin(&site, PEOPLE, arguments.seed).await?;
    // Some history first, so that there is something to lose.
    site.until_there_is_history(150).await?;
    println!("seed {}; {PEOPLE} people at work, {} acknowledged", arguments.seed, site.ledger.count());

    let rng = StdRng::seed_from_u64(arguments.seed);
    let clock_file = home.join("clock");
    let mut faults = Run::new(rng, cluster, &site, &databases, (&topics, &groups), clock_file);
    if arguments.minutes < 5 {
        faults.absence = Duration::from_secs(20);
    }
    faults.rolls_roughly = arguments.breakage == Some(Breakage::Drain);
    faults.last(Duration::from_secs(arguments.minutes * 60)).await?;
    let (made, deaths) = (faults.made, faults.deaths);

    tokio::time::sleep(Duration::from_secs(1)).await;
    site.close();
    let mut people = load.finish().await?;
    println!("{} writes acknowledged, {} answers lost and asked for again", site.ledger.count(), site.lost());

    let observations = Observations::of_cluster(cluster, home, site.now()).await?;
    // Everybody's last device first, since each makes a notice.
    for person in &mut people {
        person.log_in(&site).await?;
    }
    let patience = if arguments.breakage.is_some() { PATIENCE_WITH_BROKEN } else { PATIENCE };
    let since = Instant::now();
    observations.until_quiet(patience).await?;
    let quiet = since.elapsed();
    let lag = topics.until_no_lag(&groups, patience).await?;
    println!("waited {quiet:.1?} for the last effect, {:.1?} for the last offset\n", since.elapsed());
    let seen = people::what_they_see(&site, people).await?;

    let mut invariants = Invariants::check(&observations, &site.ledger.all(), &seen).await?;
    invariants.add("consumer lag", groups.len(), lag);
    let twice = topics.compare(&observations.events().await?, &mut invariants).await?;
    // Nothing is wrong with them. Without any, nothing was proven.
    let none = if twice == 0 { vec!["no event was delivered twice".to_owned()] } else { Vec::new() };
    invariants.add("delivered twice", twice, none);
    invariants.add("answers", site.ledger.count(), site.complaints());
    invariants.add("faults survived", made, deaths);
    replay::prove(cluster, &observations, &topics, patience, &mut invariants).await?;
    println!("{invariants}");
    let right = invariants.hold();
    Ok(right && mutations::all_are_noticed(&observations, &site.ledger.all(), &seen).await?)
}
