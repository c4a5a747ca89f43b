//! `faults`: bad days of the whole cluster. Every service as two processes, a real Kafka, a real PostgreSQL and a
//! balancer; people work with it while its parts are killed with -9 and brought back in a seeded random order, Kafka is
//! away, processes are rolled out, events come twice and hours pass. Then the books are gone through, the logs are
//! compared with the topics, and everything that was ever said is consumed again: nothing may come of it.

#![expect(clippy::print_stdout, reason = "a program that reports")]

mod breakage;
mod faults;
mod replay;

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use cluster::Cluster;
use dojob_journeys::bad_days::{
    books::{Books, superuser},
    harm,
    home::Home,
    load,
    people::{self, Site, Tolerance},
    reckoning::Reckoning,
    run,
    topics::Topics,
    unless_interrupted,
};
use rand::{SeedableRng, rngs::StdRng};
use standalone::{Databases, local_identity};

use breakage::Breakage;
use faults::Day;

const HELP: &str = "\
faults: kills parts of a running cluster, and goes through the books

  --minutes N     how long faults are made; each is made once at least (10)
  --seed N        what is done and when (20261123)
  --break NAME    switch off what keeps the books right: dedup, order or drain; the run must then find it
  --postgres      where PostgreSQL is from: machine or pinned (machine)
";

/// People who work with the cluster at the same time.
const PEOPLE: usize = 8;

/// How long a cluster may take until nothing moves any more; one that was broken on purpose may never come to rest.
const PATIENCE: Duration = Duration::from_mins(3);
const PATIENCE_WITH_BROKEN: Duration = Duration::from_secs(20);

struct Orders {
    minutes: u64,
    seed: u64,
    breakage: Option<Breakage>,
    postgres: postgres::Binaries,
}

impl Orders {
    fn read(mut words: impl Iterator<Item = String>) -> anyhow::Result<Option<Self>> {
        let mut orders =
            Self { minutes: 10, seed: 20_261_123, breakage: None, postgres: postgres::Binaries::Machine };
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--minutes" => orders.minutes = value()?.parse()?,
                "--seed" => orders.seed = value()?.parse()?,
                "--break" => orders.breakage = Some(value()?.parse()?),
                "--postgres" => orders.postgres = value()?.parse()?,
                "--help" | "-h" => {
                    print!("{HELP}");
                    return Ok(None);
                }
                _ => bail!("there is no '{word}'; see --help"),
            }
        }
        Ok(Some(orders))
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    run("faults", Orders::read(std::env::args().skip(1)), live_through).await
}

/// True when everything is right, and every harm to the books would be noticed.
async fn live_through(orders: &Orders) -> anyhow::Result<bool> {
    let home = Home::make()?;
    let mut options = home.options()?;
    options.postgres = orders.postgres;
    // On a busy machine a request is still on its way to a process that the balancer has just let go.
    options.deregistration = Duration::from_secs(3);
    let mut cluster = Box::pin(Cluster::start(options)).await?;
    let done = unless_interrupted(bad_day(orders, &mut cluster, &home.path)).await;
    home.end(cluster, done).await
}

async fn bad_day(orders: &Orders, cluster: &mut Cluster, home: &std::path::Path) -> anyhow::Result<bool> {
    let databases = Databases::on(cluster.postgres()?).await?;
    let site = Arc::new(Site::new(cluster.url(), Tolerance::Balanced));
    let topics = Topics::of(&cluster.brokers())?;
    let groups = Books::open(&databases, local_identity(home)?, site.now()).await?.groups();
    if let Some(breakage) = orders.breakage {
        println!("switched off: {breakage}");
        breakage.switch_off(&databases).await?;
    }
    let load = load::begin(&site, PEOPLE, orders.seed).await?;
    // Some history first, so that there is something to lose.
    site.until_there_is_history(150).await?;
    println!("seed {}; {PEOPLE} people at work, {} acknowledged", orders.seed, site.ledger.count());

    let rng = StdRng::seed_from_u64(orders.seed);
    let clock_file = home.join("clock");
    let mut day = Day::new(rng, cluster, &site, &databases, (&topics, &groups), clock_file);
    if orders.minutes < 5 {
        day.absence = Duration::from_secs(20);
    }
    day.rolls_roughly = orders.breakage == Some(Breakage::Drain);
    day.last(Duration::from_secs(orders.minutes * 60)).await?;
    let (made, deaths) = (day.made, day.deaths);

    tokio::time::sleep(Duration::from_secs(1)).await;
    site.close();
    let mut people = load.finish().await?;
    println!("{} writes acknowledged, {} answers lost and asked for again", site.ledger.count(), site.lost());

    let superuser = superuser(cluster.postgres()?)?;
    let books = Books::open(&superuser, local_identity(home)?, site.now()).await?;
    // Everybody's last device first, since each makes a notice.
    for person in &mut people {
        person.log_in(&site).await?;
    }
    let patience = if orders.breakage.is_some() { PATIENCE_WITH_BROKEN } else { PATIENCE };
    let since = Instant::now();
    books.until_quiet(patience).await?;
    let quiet = since.elapsed();
    let lag = topics.until_no_lag(&groups, patience).await?;
    println!("waited {quiet:.1?} for the last effect, {:.1?} for the last offset\n", since.elapsed());
    let seen = people::what_they_see(&site, people).await?;

    let mut reckoning = Reckoning::of(&books, &site.ledger.all(), &seen).await?;
    reckoning.add("consumer lag", groups.len(), lag);
    let twice = topics.compare(&books.events().await?, &mut reckoning).await?;
    // Nothing is wrong with them. Without any, nothing was proven.
    let none = if twice == 0 { vec!["no event was delivered twice".to_owned()] } else { Vec::new() };
    reckoning.add("delivered twice", twice, none);
    reckoning.add("answers", site.ledger.count(), site.complaints());
    reckoning.add("faults survived", made, deaths);
    replay::prove(cluster, &books, &topics, patience, &mut reckoning).await?;
    println!("{reckoning}");
    let right = reckoning.is_right();
    Ok(right && harm::all_are_noticed(&books, &site.ledger.all(), &seen).await?)
}
