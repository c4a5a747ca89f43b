//! `rollout`: the rehearsal of roll-outs. The cluster behind a balancer that is configured by the rendered Ingress;
//! people at work, devices with open sockets; then three roll-outs of all services with the timings of their manifests:
//! the same version again, a version with an expand migration, and back to the old version on the new schema. Nobody may
//! notice: no request fails, no message is lost or comes twice, every socket is told to go and is back soon.

#![expect(clippy::print_stdout, reason = "a program that reports")]
#![expect(clippy::indexing_slicing, reason = "JSON only: what is not there reads as null")]

mod conversations;
mod device;
mod expand;
mod manifests;
mod report;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use clap::{ArgAction, Parser, ValueEnum};
use cluster::{Cluster, Options, Rolling, SERVICES};
use dojob_journeys::chaos::{
    home::Home,
    invariants::Invariants,
    load,
    observations::Observations,
    people::{self, Person, Site, Tolerance},
    run, unless_interrupted,
};
use futures_util::future::try_join_all;
use rand::{SeedableRng, rngs::StdRng};
use standalone::Databases;
use tokio::task::JoinSet;

use conversations::{Conversation, Conversations};
use device::Device;
use manifests::Manifests;
use report::{Report, Row, Wanted};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Update {
    /// The same version again.
    Restart,
    /// The next version; its migrations run first, and the old one works on.
    Expand,
    /// The old version, on the schema of the next one.
    Back,
}

/// Three roll-outs of the whole cluster under load, with the timings of deploy/.
#[derive(Parser)]
#[command(name = "rollout")]
struct Arguments {
    #[command(flatten)]
    wanted: Wanted,
    /// Messages a second through the sockets.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    messages: u32,
    /// Which roll-outs, in this order.
    #[arg(long, value_name = "LIST", value_delimiter = ',', default_value = "restart,expand,back")]
    updates: Vec<Update>,
    /// All services at once, as Argo CD does; otherwise one after another.
    #[arg(long)]
    together: bool,
    /// Seed, launch or scale, rendered by kustomize or kubectl.
    #[arg(long, value_name = "NAME", default_value = "seed")]
    overlay: String,
    /// What was rendered elsewhere, instead.
    #[arg(long, value_name = "FILE")]
    manifests: Option<PathBuf>,
    /// The programs of the version that runs; otherwise those beside this one.
    #[arg(long, value_name = "FOLDER")]
    programs: Option<PathBuf>,
    /// Those of the version that comes with `expand`; otherwise the same.
    #[arg(long, value_name = "FOLDER")]
    next: Option<PathBuf>,
    /// How long the balancer's controller takes to learn of a pod, in seconds; no manifest defines it.
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0)]
    lag: f64,
    /// With every time that draining takes at 0; the run must then fail.
    #[arg(long = "no-drain", action = ArgAction::SetFalse)]
    drains: bool,
    /// What people do.
    #[arg(long, value_name = "N", default_value_t = 20_261_123)]
    seed: u64,
    /// Where PostgreSQL is from: machine or pinned.
    #[arg(long, value_name = "NAME", default_value = "machine")]
    postgres: postgres::Binaries,
}

impl Arguments {
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
    run(live_through).await
}

/// True when nobody noticed anything.
async fn live_through(arguments: &Arguments) -> anyhow::Result<bool> {
    let sockets = arguments.wanted.sockets;
    ensure!(sockets > 0 && sockets.is_multiple_of(2 * DEVICES), "sockets come in fours");
    let manifests = arguments.manifests()?;
    let settings = manifests.settings()?;
    let home = Home::make()?;
    let mut options = home.options()?;
    for (service, _) in SERVICES {
        options = options.set(service, "DOJOB_POOL_MAX", &settings.pool);
    }
    options.programs = arguments.programs.clone().unwrap_or(options.programs);
    options.postgres = arguments.postgres;
    options.table = Some(manifests.table()?);
    options.processes = settings.processes;
    options.deregistration = settings.deregistration;
    options.patience = settings.patience;
    let next = arguments.next.clone().unwrap_or_else(|| options.programs.clone());
    let versions = (options.programs.clone(), next);
    let lag = Duration::try_from_secs_f64(arguments.lag)?;
    let mut rollings = Vec::new();
    for (service, _) in SERVICES {
        rollings.push((service, manifests.rolling(service, lag)?));
    }
    print_timings(arguments, &options, &rollings);

    let path = home.path.clone();
    home.run(options, async |cluster| {
        let done = unless_interrupted(rehearse(arguments, cluster, &path, &rollings, &versions)).await;
        // How processes end was measured; there is no need to wait for it again.
        let names: Vec<String> = cluster.processes().into_keys().map(str::to_owned).collect();
        for name in names {
            let _ = cluster.kill9(&name).await;
        }
        done
    })
    .await
}

fn print_timings(arguments: &Arguments, options: &Options, rollings: &[(&str, Rolling)]) {
    if !arguments.drains {
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
    arguments: &Arguments,
    cluster: &mut Cluster,
    home: &Path,
    rollings: &[(&'static str, Rolling)],
    (programs, next): &(PathBuf, PathBuf),
) -> anyhow::Result<bool> {
    let databases = Databases::on(cluster.postgres()?).await?;
    let site = Arc::new(Site::new(cluster.url(), Tolerance::Nothing).at_most(arguments.wanted.rate));
    let since = Instant::now();
    let (conversations, mut devices) = connect(arguments, &site).await?;
    println!("{} devices logged in and connected in {:.0?}", arguments.wanted.sockets, since.elapsed());
    let load = load::begin(&site, PEOPLE, arguments.seed).await?;
    site.until_kept(site.ledger.count() + 300, PATIENCE).await;
    // Everybody signs up at once, which is no roll-out: an answer of 503 is allowed until here.
    let while_joining = site.complaints().len();

    let mut report = Report::default();
    let mut begun = Begun::at(&site, &conversations);
    tokio::time::sleep(BEFORE).await;
    report.add(begun.end("before".to_owned(), &[]).await);
    println!("{while_joining} answers of 503 while everybody signed up");
    for update in &arguments.updates {
        begun = Begun::at(&site, &conversations);
        let comes = if *update == Update::Expand { next } else { programs };
        if *update == Update::Expand {
            expand::run(&databases).await.context("the expand migration")?;
        }
        // The jobs of the sync wave before; those of an old version find a schema that knows more.
        for (service, _) in SERVICES {
            cluster.command_of(comes, service, &["migrate"]).await?;
        }
        if arguments.together {
            cluster.roll(rollings, comes).await?;
        } else {
            for one in rollings {
                cluster.roll(std::slice::from_ref(one), comes).await?;
            }
        }
        let departures = cluster.departures().await;
        ensure!(
            conversations.until_open(arguments.wanted.sockets, PATIENCE).await || !arguments.drains,
            "after {update:?} not all sockets came back"
        );
        let row = begun.end(format!("{update:?}").to_lowercase(), &departures).await;
        println!("{} done in {:.0?}", row.what, row.took);
        report.add(row);
    }

    conversations.silence();
    site.close();
    let people = load.finish().await?;
    let kept = conversations.until_kept(PATIENCE).await;
    let missing = conversations.until_received(PATIENCE).await;
    devices.abort_all();
    while devices.join_next().await.is_some() {}
    println!("\n{report}");
    let mut breaches = report.breaches(arguments.wanted);
    if !kept {
        breaches.push("a message that was sent is still not known to be kept".to_owned());
    }
    if missing > 0 {
        breaches.push(format!("{missing} messages were not received in the end"));
    }
    if arguments.updates.contains(&Update::Expand) {
        let lost = expand::missing(&databases).await?;
        breaches.extend(lost.into_iter().map(|name| format!("the migration {name} is not there any more")));
    }
    let dead = cluster.dead().await?;
    breaches.extend(dead.into_iter().map(|(name, how)| format!("{name} ended by itself: {how}")));

    let observations = Observations::of_cluster(cluster, home, site.now()).await?;
    observations.until_quiet(PATIENCE_AT_THE_END).await?;
    let seen = people::what_they_see(&site, people).await?;
    let mut invariants = Invariants::check(&observations, &site.ledger.all(), &seen).await?;
    let complaints = site.complaints().split_off(while_joining);
    invariants.add("answers", site.ledger.count(), complaints);
    println!("{invariants}");
    if !invariants.hold() {
        breaches.push("an invariant is violated".to_owned());
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
    conversations: &'a Conversations,
}

impl<'a> Begun<'a> {
    fn at(site: &'a Site, conversations: &'a Conversations) -> Self {
        site.measured();
        std::mem::take(&mut *conversations.tally());
        Self { since: Instant::now(), site, conversations }
    }

    async fn end(&self, what: String, departures: &[cluster::Departure]) -> Row {
        let (took, meter) = (self.since.elapsed(), self.site.measured());
        let missing = self.conversations.until_received(PATIENCE).await;
        let mut tally = std::mem::take(&mut *self.conversations.tally());
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
async fn connect(
    arguments: &Arguments,
    site: &Arc<Site>,
) -> anyhow::Result<(Arc<Conversations>, JoinSet<()>)> {
    let mut first = Person::join(site, Duration::MAX).await?.context("the first sign-up")?;
    let region = load::region(site, &mut first).await?;
    let pairs = arguments.wanted.sockets / (2 * DEVICES);
    let (mut conversations, mut owners) = (Vec::new(), Vec::new());
    while conversations.len() < pairs {
        let some = (0..AT_ONCE.min(pairs - conversations.len())).map(async |_| {
            let (id, pair) = conversations::begin(site, &region).await?;
            let mut devices = Vec::new();
            for person in pair {
                for _ in 1..DEVICES {
                    devices.push(person.on_another_device(site).await?);
                }
                devices.push(person);
            }
            anyhow::Ok((Conversation::new(id, devices.len()), devices))
        });
        for (conversation, devices) in try_join_all(some).await? {
            conversations.push(conversation);
            owners.push(devices);
        }
    }
    let conversations = Arc::new(Conversations::new(conversations));
    let pause = Duration::from_secs(1) * u32::try_from(arguments.wanted.sockets)? / arguments.messages;
    let mut devices = JoinSet::new();
    for (at, people) in owners.into_iter().enumerate() {
        for (number, person) in people.into_iter().enumerate() {
            let rng = StdRng::seed_from_u64(
                arguments.seed.wrapping_mul(1000).wrapping_add(u64::try_from(devices.len())?),
            );
            devices.spawn(Device::new((site, &conversations), person, (at, number), pause, rng).live());
        }
    }
    ensure!(
        conversations.until_open(arguments.wanted.sockets, PATIENCE).await,
        "not all sockets open: {:?}",
        conversations.tally()
    );
    Ok((conversations, devices))
}
