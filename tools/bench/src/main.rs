#![doc = include_str!("../README.md")]

mod cases;
mod cpu;
mod http;
mod numbers;
mod pgbench;
mod report;
mod stage;
mod ws;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, ensure};
use clap::Parser;
#[cfg(feature = "kafka")]
use clap::Subcommand;
use serde_json::json;

use http::Client;
use report::Row;
use stage::{Person, Stage};

/// Sizes of the table of listings that searches are measured in; everything else is measured in the last one.
const SIZES: [u64; 3] = [10_000, 50_000, 200_000];

/// One who asks is enough for a conversation, but each may send only so much: two owners and eight askers.
const PEOPLE: usize = 10;

/// Measures dojob and prints its ratios beside the floors of this machine.
#[derive(Parser)]
#[command(name = "bench", args_conflicts_with_subcommands = true)]
struct Arguments {
    /// The `dojob` to measure; built when not given.
    program: Option<PathBuf>,
    #[cfg(feature = "kafka")]
    #[command(subcommand)]
    part: Option<Part>,
}

#[cfg(feature = "kafka")]
#[derive(Subcommand)]
enum Part {
    /// Measures the bus between processes only.
    Events,
    /// Measures the cluster only.
    Cluster,
}

#[tokio::main(flavor = "current_thread")]
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what the program is for")]
async fn main() -> anyhow::Result<()> {
    let own = std::env::current_exe()?;
    let here = own.parent().context("a program lies in a directory")?;
    let arguments = Arguments::parse();
    #[cfg(feature = "kafka")]
    if let Some(part) = arguments.part {
        let rows = match part {
            Part::Events => cases::events::run().await?,
            Part::Cluster => {
                build(here)?;
                cases::cluster::run(here).await?
            }
        };
        println!("{}", report::markdown(&rows));
        return Ok(());
    }
    let program = arguments.program.map_or_else(|| build(here), Ok)?;
    let started = Instant::now();
    let stage = Stage::set(program).await?;
    let version = stage.postgres_version().to_owned();
    let (outcome, stage) = play(stage).await;
    stage.clear().await?;
    let rows = outcome?;
    let took = started.elapsed().as_secs();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let (settings, busy) = (Stage::settings(), load());
    println!("PostgreSQL {version} ({settings}; fsync and synchronous_commit on)");
    println!("{cores} cores, load at the end {busy}, {took} s\n");
    println!("{}", report::markdown(&rows));
    let at = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let about = json!({ "at": at, "git": revision(), "postgres": version, "cores": cores, "load": load() });
    let file = here.join("bench.jsonl");
    report::keep(&file, &about, &rows)?;
    eprintln!("also in {}", file.display());
    Ok(())
}

/// Builds what is to be measured; it then lies beside us.
fn build(here: &Path) -> anyhow::Result<PathBuf> {
    // Apart from the services, so that `dojob` is built without a client of Kafka, as it is given to people.
    cargo_build(here, &["-p", "dojob-standalone", "--bin", "dojob"])?;
    #[cfg(feature = "kafka")]
    {
        let services = cluster::SERVICES.map(|(service, _)| format!("dojob-{service}"));
        let features = services.each_ref().map(|service| format!("{service}/kafka")).join(",");
        let services = services.iter().flat_map(|service| ["-p", service.as_str()]);
        cargo_build(here, &services.chain(["--features", &features]).collect::<Vec<_>>())?;
    }
    Ok(here.join("dojob"))
}

/// Builds with the profile that we were built with.
fn cargo_build(here: &Path, what: &[&str]) -> anyhow::Result<()> {
    let profile = match here.file_name().and_then(|name| name.to_str()).context("a profile")? {
        "debug" => "dev",
        other => other,
    };
    let mut cargo = Command::new("cargo");
    let built = cargo.args(["build", "--quiet", "--profile", profile]).args(what).status();
    ensure!(built.context("cargo is missing")?.success(), "what is to be measured cannot be built");
    Ok(())
}

/// Plays everything, or until Ctrl-C; the stage comes back to be cleared in any case.
async fn play(mut stage: Stage) -> (anyhow::Result<Vec<Row>>, Stage) {
    let outcome = tokio::select! {
        outcome = measure(&mut stage) => outcome,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    (outcome, stage)
}

#[expect(clippy::print_stderr, reason = "says what goes on")]
async fn measure(stage: &mut Stage) -> anyhow::Result<Vec<Row>> {
    let began = Instant::now();
    let say = |what: &str| eprintln!("{:>4} s  {what}", began.elapsed().as_secs());
    say("dojob starts on empty databases");
    stage.start("/api/auth/jwks.json").await?;
    let mut client = Client::connect(stage.port).await?;
    let mut people = Vec::new();
    for n in 0..PEOPLE {
        people.push(Person::sign_up(&mut client, n).await?);
    }
    let talents = stage.publish(&mut client, &people).await?;
    let core = stage.database("core").await?;
    stage.prepare_load(&core).await?;

    let (mut sizes, mut from) = (Vec::new(), 0);
    for size in SIZES {
        say(&format!("loads listings up to {size} and searches them"));
        stage.load(&core, from, size).await?;
        sizes.push(cases::search::measure(stage, size).await?);
        from = size;
    }
    say("reads");
    let mut rows = cases::read::run(stage, from).await?;
    say("writes");
    rows.extend(cases::write::run(stage, &people).await?);
    // The relay and the consumers may be behind after all these writes.
    tokio::time::sleep(Duration::from_secs(1)).await;
    say("waits for effects");
    let (effects, talks) = cases::effect::run(stage, &people, &talents).await?;
    rows.extend(effects);
    rows.extend(cases::search::rows(&sizes));
    say("finds regions");
    rows.push(cases::search::regions(stage).await?);
    say("talks");
    rows.extend(cases::chat::run(stage, &people, &talks).await?);
    #[cfg(feature = "kafka")]
    {
        say("hands events on over Kafka");
        rows.extend(cases::events::run().await?);
        say("starts a cluster");
        let programs = stage.program().parent().context("a program lies in a directory")?;
        rows.extend(cases::cluster::run(programs).await?);
    }
    say("starts again and again");
    let talent = talents.first().context("a talent")?;
    rows.extend(cases::shape::run(stage, &talent.id).await?);
    Ok(rows)
}

fn revision() -> String {
    let output = Command::new("git").args(["rev-parse", "--short", "HEAD"]).output();
    output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
}

/// Who else was on the machine.
fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}
