//! `cluster`: the platform as processes, on this computer. See the crate's README.

use std::{path::PathBuf, time::Duration};

use clap::{Parser, Subcommand};
use cluster::{Cluster, Options, clear, down};
use common::{
    config::Env,
    service::signalled,
    telemetry::{self, Export},
};

/// Every service as processes of its own, over Kafka and PostgreSQL, behind a balancer. Without a command: starts
/// everything, restarts what dies, until Ctrl-C.
#[derive(Parser)]
#[command(name = "cluster")]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Ends what an earlier one left running and removes its data.
    Down,
    /// Lists what can be set in the environment, its default and its meaning.
    Settings,
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cluster: {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "the program reports to the terminal")]
async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let env = Env::process();
    let log = env.get("DOJOB_LOG", "warn,cluster=info".to_owned(), "what to log, as in RUST_LOG");
    let options = options(&env)?;
    match arguments.command {
        None => {
            env.done()?;
            let _telemetry = telemetry::init(&log, Export::default())?;
            let home = options.home.clone();
            let outcome = Box::pin(up(options)).await;
            if !matches!(outcome, Ok(Ended::InOrder)) {
                // Another cluster may have the home: nothing of ours runs there then.
                let _ = clear(&home).await;
            }
            outcome.map(drop)
        }
        Some(Command::Down) => {
            let ended = down(&options.home).await?;
            for name in ended {
                println!("ended {name}");
            }
            println!("nothing is left in {}", options.home.display());
            Ok(())
        }
        Some(Command::Settings) => {
            for setting in env.settings() {
                println!("{:32} {:40} {}", setting.name, setting.default, setting.meaning);
            }
            Ok(())
        }
    }
}

fn options(env: &Env) -> anyhow::Result<Options> {
    let user = env.find::<PathBuf>("HOME", "your home directory");
    let data = env.find::<PathBuf>("XDG_DATA_HOME", "where programs keep data");
    let beside = postgres::default_home(data.as_deref(), user.as_deref()).unwrap_or_else(|| ".dojob".into());
    let default_home = beside.join("cluster").display().to_string();
    let mut options =
        Options::new(env.get("DOJOB_HOME", default_home, "where everything of this cluster is kept"))?;
    options.port = env.get("DOJOB_PORT", 8080, "the balancer's port; 0 takes a free one");
    options.control_port =
        env.get("DOJOB_CONTROL_PORT", 0, "the balancer's control port on loopback; 0 takes a free one");
    options.web = env.get("DOJOB_WEB_DIR", "web/dist".to_owned(), "the built web front").into();
    options.processes = env.get("DOJOB_PROCESSES", 2, "processes of each service");
    options.demo = env.flag("DOJOB_DEMO", true, "load the practice neighbourhood on the first start");
    if env.flag(
        "DOJOB_MACHINE_POSTGRES",
        false,
        "use this machine's PostgreSQL programs, not the pinned ones",
    ) {
        options.postgres = postgres::Binaries::Machine;
    }
    let sign_ups: u32 =
        env.get("DOJOB_AUTH_SIGN_UPS_AN_HOUR", 10, "how many accounts one address may make in an hour");
    Ok(options.set("auth", "DOJOB_AUTH_SIGN_UPS_AN_HOUR", &sign_ups.to_string()))
}

/// Whether a cluster ran and was stopped, or a signal broke its start off.
enum Ended {
    InOrder,
    WhileStarting,
}

/// Runs a cluster until a signal comes.
#[expect(clippy::print_stdout, reason = "the program reports to the terminal")]
async fn up(options: Options) -> anyhow::Result<Ended> {
    let home = options.home.clone();
    let mut stop = Box::pin(signalled());
    println!("starting the cluster in {}", home.display());
    let mut cluster = tokio::select! {
        // A signal comes first.
        biased;
        // What was begun is dropped, and so killed; PostgreSQL remains.
        signal = &mut stop => return signal.map(|()| Ended::WhileStarting),
        cluster = Cluster::start(options) => cluster?,
    };
    println!("dojob is ready: http://localhost:{}", cluster.balancer().address.port());
    if let Some(control) = cluster.balancer().control {
        println!("  balancer   http://{control}/state");
    }
    println!("  logs       {}", home.join("logs").display());
    println!("  clock      DOJOB_HOME={} cargo xtask clock +3h", home.display());
    if !cluster.seats.is_empty() {
        let password = standalone::demo::PASSWORD;
        println!("  practice   log in as {}, password {password}", cluster.seats.join(" or "));
    }
    for (name, pid) in cluster.processes() {
        println!("  {name:18} process {}", pid.map_or_else(String::new, |pid| pid.to_string()));
    }
    tokio::select! {
        signal = &mut stop => signal?,
        never = revive(&mut cluster) => never?,
    }
    println!("stopping");
    cluster.stop().await.map(|()| Ended::InOrder)
}

/// Starts again what has died, and says so.
async fn revive(cluster: &mut Cluster) -> anyhow::Result<()> {
    let mut waiting = Vec::new();
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        for (name, how) in cluster.dead().await? {
            tracing::warn!(name, how, "died; it is started again");
            waiting.push(name);
        }
        let mut still = Vec::new();
        for name in waiting {
            match cluster.start_again(&name).await {
                Ok(()) => tracing::info!(name, "is back"),
                Err(error) => {
                    tracing::error!(name, "does not start: {error:#}");
                    still.push(name);
                }
            }
        }
        waiting = still;
    }
}
