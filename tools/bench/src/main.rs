#![doc = include_str!("../README.md")]

mod cases;
mod cpu;
mod figures;
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "what one writes without our chassis: that is what it measures"
)]
mod floor;
mod http;
mod numbers;
mod peers;
mod pgbench;
mod plot;
mod report;
mod stage;
mod ws;

use std::{
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant, SystemTime},
};

use anyhow::{Context, ensure};
use clap::{Parser, Subcommand};
use serde_json::json;

use http::Client;
use peers::Peers;
use report::Run;
use stage::{Person, Stage, quick};

/// Sizes of the table of listings that growth is measured over; everything else is measured in the last of the first.
const SIZES: [u64; 3] = [10_000, 50_000, 200_000];
const LARGE: u64 = 1_000_000;

/// One who asks is enough for a conversation, but each may send only so much: two owners and eight askers.
const PEOPLE: usize = 10;

/// Measures dojob and prints its ratios beside the floors of this machine.
#[derive(Parser)]
#[command(name = "bench", args_conflicts_with_subcommands = true)]
struct Arguments {
    /// The `dojob` to measure; built when not given.
    program: Option<PathBuf>,
    #[command(subcommand)]
    part: Option<Part>,
}

#[derive(Subcommand)]
enum Part {
    /// Serves the bare floor; started by the bench itself.
    Floor,
    /// Measures the bus between processes only.
    #[cfg(feature = "kafka")]
    Events,
    /// Measures the cluster only.
    #[cfg(feature = "kafka")]
    Cluster,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if matches!(arguments.part, Some(Part::Floor)) {
        return actix_web::rt::System::new().block_on(floor::serve());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(Box::pin(bench(arguments)))
}

#[expect(clippy::print_stdout, clippy::print_stderr, reason = "the table is what the program is for")]
async fn bench(arguments: Arguments) -> anyhow::Result<()> {
    let own = std::env::current_exe()?;
    let here = own.parent().context("a program lies in a directory")?;
    #[cfg(feature = "kafka")]
    if let Some(part) = arguments.part {
        let rows = match part {
            Part::Cluster => {
                build(here)?;
                cases::cluster::run(here).await?
            }
            _ => cases::events::run().await?,
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
    let run = outcome?;
    let (took, busy, settings, revision) = (
        started.elapsed().as_secs(),
        load(),
        Stage::settings(),
        said("git", &["describe", "--always", "--dirty"]),
    );
    let about = format!(
        "{}, commit {revision}, {}{took} s, load at the end {busy} (the bench's own included). {}.\n\
         PostgreSQL {version} ({settings}; fsync and synchronous_commit on).",
        said("date", &["-u", "+%F %H:%M UTC"]),
        if quick() { "BENCH_QUICK=1, " } else { "" },
        machine(),
    );
    println!("{about}\n\n{}", run.markdown());
    let at = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let about_line =
        json!({ "at": at, "git": revision, "postgres": version, "machine": machine(), "load": busy });
    let file = here.join("bench.jsonl");
    report::keep(&file, &about_line, &run.rows)?;
    if cfg!(debug_assertions) {
        eprintln!("docs/BENCH.md is left as it is: our own floor is a debug build");
        return Ok(());
    }
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    run.publish(&docs, &about)?;
    eprintln!("also in docs/BENCH.md and {}", file.display());
    Ok(())
}

/// Builds what is to be measured; it then lies beside us.
fn build(here: &Path) -> anyhow::Result<PathBuf> {
    // Apart from the services, so that `dojob` is built without a client of Kafka, as it is given to people.
    cargo_build(here, &["-p", "dojob-standalone", "--bin", "dojob"])?;
    #[cfg(feature = "kafka")]
    if !quick() {
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

/// Plays everything, or until it is interrupted; the stage comes back to be cleared in any case.
async fn play(mut stage: Stage) -> (anyhow::Result<Run>, Stage) {
    let outcome = tokio::select! {
        outcome = Box::pin(measure(&mut stage)) => outcome,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
        () = terminated() => Err(anyhow::anyhow!("terminated")),
    };
    (outcome, stage)
}

async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[expect(clippy::print_stderr, reason = "says what goes on")]
async fn measure(stage: &mut Stage) -> anyhow::Result<Run> {
    let began = Instant::now();
    let say = |what: &str| eprintln!("{:>4} s  {what}", began.elapsed().as_secs());
    say("installs the peers, unless they are installed");
    let (mut peers, mut run) = (Peers::install().await, Run::default());
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

    let mut rows = 0;
    for size in SIZES {
        say(&format!("loads listings up to {size} and searches them"));
        stage.load(&core, rows, size).await?;
        cases::search::measure(stage, size, &mut run.curves).await?;
        rows = size;
    }
    say("compares with the floor and the peers");
    let (operations, claims) = cases::compare::run(stage, rows, &people, &mut peers).await?;
    run.operations = operations;
    run.rows.extend(claims);
    say("writes");
    run.rows.extend(cases::write::run(stage, &people).await?);
    // The relay and the consumers may be behind after all these writes.
    tokio::time::sleep(Duration::from_secs(1)).await;
    say("waits for effects");
    let (effects, talks) = cases::effect::run(stage, &people, &talents).await?;
    run.rows.extend(effects);
    say("finds regions");
    run.rows.push(cases::search::regions(stage).await?);
    say("talks");
    run.rows.extend(cases::chat::run(stage, &people, &talks, &mut peers).await?);
    say("logs in");
    run.rows.extend(cases::login::run(stage, rows, &people).await?);
    if !quick() {
        say(&format!("loads listings up to {LARGE} and searches them"));
        stage.load(&core, rows, LARGE).await?;
        cases::search::measure(stage, LARGE, &mut run.curves).await?;
    }
    run.rows.extend(cases::search::rows(&run.curves));
    #[cfg(feature = "kafka")]
    if !quick() {
        say("hands events on over Kafka");
        run.rows.extend(cases::events::run().await?);
        say("starts a cluster");
        let programs = stage.program().parent().context("a program lies in a directory")?;
        run.rows.extend(cases::cluster::run(programs).await?);
    }
    say("starts again and again");
    let talent = talents.first().context("a talent")?;
    run.rows.extend(cases::shape::run(stage, &talent.id).await?);
    run.absent = peers.absent;
    Ok(run)
}

/// What a program prints.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
}

/// The processor, its cores, memory and kernel.
fn machine() -> String {
    let line = |file: &str, label: &str| {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with(label)).unwrap_or_default().to_owned();
        line.split_once(':').map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let memory: u64 = line("/proc/meminfo", "MemTotal").trim_end_matches(" kB").parse().unwrap_or(0);
    let (model, kernel) = (line("/proc/cpuinfo", "model name"), said("uname", &["-sr"]));
    format!("{model}, {cores} cores, {} GiB, {kernel}", memory / 1024 / 1024)
}

/// Who else was on the machine.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
