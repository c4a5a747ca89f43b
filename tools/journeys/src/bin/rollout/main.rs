//! `rollout`: the rehearsal of roll-outs. The cluster behind a balancer that is told what the rendered Ingress says;
//! people at work, devices with open sockets; then three roll-outs of all services with the timings of their manifests:
//! the same version again, a version with an expand migration, and back to the old version on the new schema. Nobody may
//! notice: no request fails, no message is lost or comes twice, every socket is told to go and is back soon.

#![expect(clippy::print_stdout, reason = "a program that reports")]
#![expect(clippy::indexing_slicing, reason = "JSON only: what is not there reads as null")]

mod device;
mod expand;
mod manifests;
mod report;
mod talks;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use cluster::{Cluster, Options, Rolling, SERVICES};
use dojob_journeys::bad_days::{
    books::Books,
    home::Home,
    load,
    people::{self, Person, Site, Tolerance},
    reckoning::Reckoning,
    run, unless_interrupted,
};
use futures_util::future::try_join_all;
use rand::{SeedableRng, rngs::StdRng};
use standalone::{Databases, local_identity};
use tokio::task::JoinSet;

use device::Device;
use manifests::Manifests;
use report::{Report, Row, Wanted};
use talks::{Talk, Talks};

const HELP: &str = "\
rollout: three roll-outs of the whole cluster under load, with the timings of deploy/

  --rate N            requests a second (300)
  --sockets N         open sockets, four to a conversation (500)
  --messages N        messages a second through them (50)
  --updates LIST      of restart, expand and back (restart,expand,back)
  --together          all services at once, as Argo CD does; otherwise one after another
  --overlay NAME      seed, launch or scale, rendered by kustomize or kubectl (seed)
  --manifests FILE    what was rendered elsewhere, instead
  --programs FOLDER   the programs of the version that runs (beside this one)
  --next FOLDER       those of the version that comes with `expand` (the same)
  --lag SECONDS       what the balancer's controller takes to hear of a pod; no manifest says it (3)
  --no-drain          with every time that draining takes at 0; the run must then fail
  --seed N            what people do (20261123)
  --postgres          where PostgreSQL is from: machine or pinned (machine)
";

/// People who work with the cluster at the same time.
const PEOPLE: usize = 48;

/// Devices of a person, each with its own log-in and socket.
const DEVICES: usize = 2;

/// People who sign up at the same time, in pairs.
const AT_ONCE: usize = 6;

/// How long it is looked on before the first roll-out.
const BEFORE: Duration = Duration::from_secs(15);

/// How long what is on its way may take to arrive.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long the cluster may take until nothing moves any more.
const PATIENCE_AT_THE_END: Duration = Duration::from_mins(3);

/// A roll-out of all services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Update {
    /// The same version again.
    Restart,
    /// The next version; its migrations run first, and the old one works on.
    Expand,
    /// The old version, on the schema of the next one.
    Back,
}

impl Update {
    fn name(self) -> &'static str {
        match self {
            Self::Restart => "restart",
            Self::Expand => "expand",
            Self::Back => "back",
        }
    }
}

struct Orders {
    wanted: Wanted,
    messages: u32,
    updates: Vec<Update>,
    together: bool,
    overlay: String,
    manifests: Option<PathBuf>,
    programs: Option<PathBuf>,
    next: Option<PathBuf>,
    lag: Duration,
    drains: bool,
    seed: u64,
    postgres: postgres::Binaries,
}

impl Orders {
    fn read(mut words: impl Iterator<Item = String>) -> anyhow::Result<Option<Self>> {
        let mut orders = Self {
            wanted: Wanted { rate: 300, sockets: 500 },
            messages: 50,
            updates: vec![Update::Restart, Update::Expand, Update::Back],
            together: false,
            overlay: "seed".to_owned(),
            manifests: None,
            programs: None,
            next: None,
            lag: Duration::from_secs(3),
            drains: true,
            seed: 20_261_123,
            postgres: postgres::Binaries::Machine,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--rate" => orders.wanted.rate = value()?.parse()?,
                "--sockets" => orders.wanted.sockets = value()?.parse()?,
                "--messages" => orders.messages = value()?.parse()?,
                "--updates" => {
                    let update = |name: &str| {
                        let all = [Update::Restart, Update::Expand, Update::Back];
                        let known = all.into_iter().find(|update| update.name() == name);
                        known.with_context(|| format!("there is no update '{name}'"))
                    };
                    orders.updates = value()?.split(',').map(update).collect::<Result<_, _>>()?;
                }
                "--together" => orders.together = true,
                "--overlay" => orders.overlay = value()?,
                "--manifests" => orders.manifests = Some(value()?.into()),
                "--programs" => orders.programs = Some(value()?.into()),
                "--next" => orders.next = Some(value()?.into()),
                "--lag" => orders.lag = Duration::try_from_secs_f64(value()?.parse()?)?,
                "--no-drain" => orders.drains = false,
                "--seed" => orders.seed = value()?.parse()?,
                "--postgres" => orders.postgres = value()?.parse()?,
                "--help" | "-h" => {
                    print!("{HELP}");
                    return Ok(None);
                }
                _ => bail!("there is no '{word}'; see --help"),
            }
        }
        let a_talk = 2 * DEVICES;
        let sockets = orders.wanted.sockets;
        ensure!(sockets > 0 && sockets.is_multiple_of(a_talk), "sockets come in fours");
        ensure!(orders.messages > 0 && orders.wanted.rate > 0, "without load nothing is proved");
        Ok(Some(orders))
    }

    fn manifests(&self) -> anyhow::Result<Manifests> {
        let mut manifests = match &self.manifests {
            Some(file) => Manifests::of_file(file)?,
            None => Manifests::of_overlay(&self.overlay)?,
        };
        if !self.drains {
            manifests.drain_nothing();
        }
        Ok(manifests)
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    run("rollout", Orders::read(std::env::args().skip(1)), live_through).await
}

/// True when nobody noticed anything.
async fn live_through(orders: &Orders) -> anyhow::Result<bool> {
    let manifests = orders.manifests()?;
    let settings = manifests.settings()?;
    let home = Home::make()?;
    let mut options = home.options()?;
    for (service, _) in SERVICES {
        options = options.set(service, "DOJOB_POOL_MAX", &settings.pool);
    }
    options.programs = orders.programs.clone().unwrap_or(options.programs);
    options.postgres = orders.postgres;
    options.table = Some(manifests.table()?);
    options.processes = settings.processes;
    options.deregistration = settings.deregistration;
    options.patience = settings.patience;
    let next = orders.next.clone().unwrap_or_else(|| options.programs.clone());
    let versions = (options.programs.clone(), next);
    let mut rollings = Vec::new();
    for (service, _) in SERVICES {
        rollings.push((service, manifests.rolling(service, orders.lag)?));
    }
    say_what_holds(orders, &options, &rollings);

    let mut cluster = Box::pin(Cluster::start(options)).await?;
    let done = unless_interrupted(rehearse(orders, &mut cluster, &home.path, &rollings, &versions)).await;
    // What was to be seen of an orderly end was seen.
    let names: Vec<String> = cluster.processes().into_keys().map(str::to_owned).collect();
    for name in names {
        let _ = cluster.kill9(&name).await;
    }
    home.end(cluster, done).await
}

fn say_what_holds(orders: &Orders, options: &Options, rollings: &[(&str, Rolling)]) {
    if !orders.drains {
        println!("switched off: draining");
    }
    let Some(table) = &options.table else { return };
    println!(
        "{} of each service, {} rules, idle time-out {:?}",
        options.processes,
        table.rules.len(),
        table.idle
    );
    println!(
        "after SIGTERM: {:?} of requests still, then {:?} to finish",
        options.deregistration, options.patience
    );
    for (service, Rolling { surge, unavailable, readiness, pre_stop, grace, lag }) in rollings {
        let Some(group) = table.groups.get(*service) else { continue };
        println!(
            "{service:15} surge {surge}, unavailable {unavailable}; ready {} x {:?}, healthy {} x {:?}; \
             preStop {pre_stop:?}, grace {grace:?}; deregistration {:?}, told after {lag:?}",
            readiness.healthy,
            readiness.interval,
            group.health.healthy,
            group.health.interval,
            group.deregistration,
        );
    }
}

async fn rehearse(
    orders: &Orders,
    cluster: &mut Cluster,
    home: &Path,
    rollings: &[(&'static str, Rolling)],
    (programs, next): &(PathBuf, PathBuf),
) -> anyhow::Result<bool> {
    let databases = Databases::on(cluster.postgres()?).await?;
    let site = Arc::new(Site::new(cluster.url(), Tolerance::Nothing).at_most(orders.wanted.rate));
    let since = Instant::now();
    let (talks, mut devices) = connect(orders, &site).await?;
    println!("{} devices logged in and connected in {:.0?}", orders.wanted.sockets, since.elapsed());
    let load = load::begin(&site, PEOPLE, orders.seed).await?;
    site.until_kept(site.ledger.count() + 300, PATIENCE).await;
    // Everybody signs up at once, which is no roll-out: an answer of 503 is allowed until here.
    let while_joining = site.complaints().len();

    let mut report = Report::default();
    let mut begun = Begun::at(&site, &talks);
    tokio::time::sleep(BEFORE).await;
    report.add(begun.end("before", &[]).await);
    println!("{while_joining} answers of 503 while everybody signed up");
    for update in &orders.updates {
        begun = Begun::at(&site, &talks);
        let comes = if *update == Update::Expand { next } else { programs };
        if *update == Update::Expand {
            expand::run(&databases).await.context("the expand migration")?;
        }
        // The jobs of the sync wave before; those of an old version find a schema that knows more.
        for (service, _) in SERVICES {
            cluster.command_of(comes, service, &["migrate"]).await?;
        }
        if orders.together {
            cluster.roll(rollings, comes).await?;
        } else {
            for one in rollings {
                cluster.roll(std::slice::from_ref(one), comes).await?;
            }
        }
        let departures = cluster.departures().await;
        ensure!(
            talks.until_open(orders.wanted.sockets, PATIENCE).await || !orders.drains,
            "after {} not all sockets came back",
            update.name()
        );
        let row = begun.end(update.name(), &departures).await;
        println!("{} done in {:.0?}", update.name(), row.took);
        report.add(row);
    }

    talks.hush();
    site.close();
    let people = load.finish().await?;
    let kept = talks.until_kept(PATIENCE).await;
    let missing = talks.until_heard(PATIENCE).await;
    devices.abort_all();
    while devices.join_next().await.is_some() {}
    println!("\n{report}");
    let mut breaches = report.breaches(orders.wanted);
    if !kept {
        breaches.push("a message that was sent is still not known to be kept".to_owned());
    }
    if missing > 0 {
        breaches.push(format!("{missing} messages were not heard in the end"));
    }
    if orders.updates.contains(&Update::Expand) {
        let lost = expand::missing(&databases).await?;
        breaches.extend(lost.into_iter().map(|name| format!("the migration {name} is not there any more")));
    }
    let dead = cluster.dead().await?;
    breaches.extend(dead.into_iter().map(|(name, how)| format!("{name} ended by itself: {how}")));

    let books = Books::open(&databases, local_identity(home)?, site.now()).await?;
    books.until_quiet(PATIENCE_AT_THE_END).await?;
    let seen = people::what_they_see(&site, people).await?;
    let mut reckoning = Reckoning::of(&books, &site.ledger.all(), &seen).await?;
    let complaints = site.complaints().split_off(while_joining);
    reckoning.add("answers", site.ledger.count(), complaints);
    println!("{reckoning}");
    if !reckoning.is_right() {
        breaches.push("the books are not right".to_owned());
    }
    for breach in &breaches {
        println!("BROKEN {breach}");
    }
    Ok(breaches.is_empty())
}

/// A time that is looked at.
struct Begun<'a> {
    since: Instant,
    site: &'a Site,
    talks: &'a Talks,
}

impl<'a> Begun<'a> {
    fn at(site: &'a Site, talks: &'a Talks) -> Self {
        site.measured();
        std::mem::take(&mut *talks.tally());
        Self { since: Instant::now(), site, talks }
    }

    async fn end(&self, what: &'static str, departures: &[cluster::Departure]) -> Row {
        let (took, meter) = (self.since.elapsed(), self.site.measured());
        let missing = self.talks.until_heard(PATIENCE).await;
        let mut tally = std::mem::take(&mut *self.talks.tally());
        tally.lost += missing;
        let wrong =
            departures.iter().filter_map(|d| d.wrong.as_ref().map(|wrong| format!("{}: {wrong}", d.name)));
        Row {
            what,
            took,
            meter,
            tally,
            departure: departures.iter().map(|d| d.took).max().unwrap_or_default(),
            wrong: wrong.collect(),
        }
    }
}

/// Pairs of people sign up and find each other, log in on all their devices, and open their sockets.
async fn connect(orders: &Orders, site: &Arc<Site>) -> anyhow::Result<(Arc<Talks>, JoinSet<()>)> {
    let mut first = Person::join(site).await?.context("the first sign-up")?;
    let region = load::region(site, &mut first).await?;
    let pairs = orders.wanted.sockets / (2 * DEVICES);
    let (mut talks, mut owners) = (Vec::new(), Vec::new());
    while talks.len() < pairs {
        let some = (0..AT_ONCE.min(pairs - talks.len())).map(async |_| {
            let (id, pair) = talks::begin(site, &region).await?;
            let mut devices = Vec::new();
            for person in pair {
                for _ in 1..DEVICES {
                    devices.push(person.on_another_device(site).await?);
                }
                devices.push(person);
            }
            anyhow::Ok((Talk::new(id, devices.len()), devices))
        });
        for (talk, devices) in try_join_all(some).await? {
            talks.push(talk);
            owners.push(devices);
        }
    }
    let talks = Arc::new(Talks::new(talks));
    let pause = Duration::from_secs(1) * u32::try_from(orders.wanted.sockets)? / orders.messages;
    let mut devices = JoinSet::new();
    for (at, people) in owners.into_iter().enumerate() {
        for (number, person) in people.into_iter().enumerate() {
            let rng = StdRng::seed_from_u64(
                orders.seed.wrapping_mul(1000).wrapping_add(u64::try_from(devices.len())?),
            );
            devices.spawn(Device::new((site, &talks), person, (at, number), pause, rng).live());
        }
    }
    ensure!(
        talks.until_open(orders.wanted.sockets, PATIENCE).await,
        "not all sockets open: {:?}",
        talks.tally()
    );
    Ok((talks, devices))
}
