//! `kill9`: chaos for the real program. It starts `dojob` with a home of its own, lets people work with it, kills it with
//! -9 (or kills and stops its PostgreSQL) again and again, and then checks the invariants: every acknowledged write is
//! there, once; every event had each of its effects, once; nothing else is there.

#![expect(clippy::print_stdout, reason = "a program that reports")]

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use clap::Parser;
use rand::{Rng, SeedableRng, rngs::StdRng};
use standalone::local_identity;

use dojob_journeys::chaos::{
    invariants::Invariants,
    load,
    mutations::{self, Mutation},
    observations::Observations,
    people::{self, Site, Tolerance},
    run, unless_interrupted,
};
use dojob_journeys::program::Program;

/// Kills the running program again and again, and checks the invariants.
#[derive(Parser)]
#[command(name = "kill9")]
struct Arguments {
    /// How often.
    #[arg(long, value_name = "N", default_value_t = 10)]
    times: u32,
    /// Kill and stop PostgreSQL instead of dojob.
    #[arg(long)]
    postgres: bool,
    /// What is done and when.
    #[arg(long, value_name = "N", default_value_t = 20_261_123)]
    seed: u64,
    /// Corrupt the databases before the invariants are checked, which must then fail; `list` prints the mutations.
    #[arg(long, value_name = "NAME")]
    sabotage: Option<String>,
    /// The program; built when not given.
    #[arg(long, value_name = "PATH")]
    dojob: Option<PathBuf>,
}

/// People who work with the program at the same time.
const PEOPLE: usize = 8;
/// Hours that pass at every second kill, so that sessions start and end, too.
const HOURS: i64 = 5;

#[tokio::main]
async fn main() -> ExitCode {
    run(live_through).await
}

/// True when the invariants hold, and every mutation would be noticed.
async fn live_through(arguments: &Arguments) -> anyhow::Result<bool> {
    let mutation = match arguments.sabotage.as_deref() {
        Some("list") => {
            for mutation in mutations::all()? {
                println!("{:28} {}", mutation.name, mutation.noticed_by);
            }
            return Ok(true);
        }
        name => name.map(mutations::named).transpose()?,
    };
    let mut program = Program::prepare(arguments.dojob.clone()).await?;
    let done = unless_interrupted(disturb(arguments, mutation.as_ref(), &mut program)).await;
    // Data that we corrupted ourselves is of no use.
    program.end(matches!(done, Ok(true)) || mutation.is_some()).await?;
    done
}

async fn disturb(
    arguments: &Arguments,
    mutation: Option<&Mutation>,
    program: &mut Program,
) -> anyhow::Result<bool> {
    let mut rng = StdRng::seed_from_u64(arguments.seed);
    program.start()?;
    program.ready().await?;
    let tolerance = if arguments.postgres { Tolerance::AlwaysThere } else { Tolerance::Gone };
    let site = Arc::new(Site::new(program.base(), tolerance));
    let load = load::begin(&site, PEOPLE, arguments.seed).await?;

    // Some history first, so that there is something to lose.
    site.until_there_is_history(150).await?;
    println!("seed {}; {PEOPLE} people at work, {} acknowledged", arguments.seed, site.ledger.count());
    for time in 1..=arguments.times {
        let before = site.ledger.count();
        if arguments.postgres {
            let (what, down) = disturb_postgres(time, program, &site, &mut rng).await?;
            println!("{time:3} {what}: back after {down:.1?}, {} acknowledged", site.ledger.count() - before);
        } else {
            let what = kill(time, program, &site, &mut rng).await?;
            println!("{time:3} {what}: {} acknowledged", site.ledger.count() - before);
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    site.close();
    let mut people = load.finish().await?;
    println!(
        "{} writes acknowledged, {} answers lost and asked for again\n",
        site.ledger.count(),
        site.lost()
    );

    let observations =
        Observations::open(&program.databases()?, local_identity(&program.data_home())?, site.now()).await?;
    // Everybody's last device first, since each makes a notice.
    for person in &mut people {
        person.log_in(&site).await?;
    }
    // A mail that was under way is nobody else's for a minute.
    observations.until_quiet(Duration::from_mins(2)).await?;
    let seen = people::what_they_see(&site, people).await?;
    let complaints = site.complaints();
    if let Some(mutation) = mutation {
        println!("applied: {}", mutation.name);
        let invariants = mutation.check(&observations, &site.ledger.all(), &seen).await?;
        println!("{invariants}");
        return Ok(invariants.hold() && complaints.is_empty());
    }
    let invariants = Invariants::check(&observations, &site.ledger.all(), &seen).await?;
    println!("{invariants}");
    for complaint in &complaints {
        println!("unexpected answer: {complaint}");
    }
    let right = invariants.hold() && complaints.is_empty();
    Ok(right && mutations::all_are_noticed(&observations, &site.ledger.all(), &seen).await?)
}

/// Kills the program while it serves, or (one in five) while it still starts, and starts it again.
async fn kill(time: u32, program: &mut Program, site: &Site, rng: &mut StdRng) -> anyhow::Result<String> {
    let while_it_serves = Duration::from_millis(rng.random_range(150..2500));
    site.until_kept(site.ledger.count() + 20, Duration::from_secs(6)).await;
    tokio::time::sleep(while_it_serves).await;
    program.kill().await?;
    if time.is_multiple_of(2) {
        site.pass(HOURS, &program.clock_file())?;
    }
    program.start()?;
    let mut what = format!("kill -9 after {while_it_serves:.1?} of work");
    if rng.random_bool(0.2) {
        let while_it_starts = Duration::from_millis(rng.random_range(0..800));
        tokio::time::sleep(while_it_starts).await;
        program.kill().await?;
        program.start()?;
        what = format!("{what}, and again {while_it_starts:.1?} into its start");
    }
    program.ready().await?;
    Ok(what)
}

/// Stops PostgreSQL under traffic and waits until the program has it back by itself.
async fn disturb_postgres(
    time: u32,
    program: &mut Program,
    site: &Site,
    rng: &mut StdRng,
) -> anyhow::Result<(&'static str, Duration)> {
    tokio::time::sleep(Duration::from_millis(rng.random_range(500..1500))).await;
    let what = match time % 3 {
        1 => {
            program.signal_postgres(rustix::process::Signal::KILL)?;
            "kill -9 of PostgreSQL"
        }
        2 => {
            program.signal_postgres(rustix::process::Signal::INT)?;
            "PostgreSQL stopped"
        }
        _ => {
            program.hide_postgres(Duration::from_secs(3)).await?;
            "PostgreSQL stopped, unable to start for 3 s"
        }
    };
    let down = site.until_healthy().await?;
    anyhow::ensure!(program.runs()?, "dojob itself ended");
    if time.is_multiple_of(2) {
        site.pass(HOURS, &program.clock_file())?;
    }
    Ok((what, down))
}
