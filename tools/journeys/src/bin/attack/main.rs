//! `attack`: what a hostile stranger with a script does. It starts `dojob` with a home of its own and 1,024 open files, and tries
//! on it, one after another, what once broke it; each attack says what it measured and whether the product held.

#![expect(clippy::print_stdout, reason = "a program that reports")]
#![expect(clippy::indexing_slicing, reason = "JSON only: what an answer does not have reads as null")]

mod floods;
mod forgeries;
mod people;
mod races;
mod target;

use std::{path::PathBuf, pin::Pin, process::ExitCode, time::Duration};

use anyhow::ensure;
use clap::Parser;

use dojob_journeys::{
    chaos::{run, unless_interrupted},
    program::Program,
};
use target::{Target, Verdict};

/// Attacks a `dojob` of its own and says what held.
#[derive(Parser)]
#[command(name = "attack")]
struct Arguments {
    /// Minutes where the short form takes seconds.
    #[arg(long)]
    long: bool,
    /// Only the attacks of these names.
    #[arg(value_name = "ATTACK")]
    only: Vec<String>,
    /// The program; built when not given.
    #[arg(long, value_name = "PATH")]
    dojob: Option<PathBuf>,
}

type Attack = for<'a> fn(&'a Target) -> Pin<Box<dyn Future<Output = anyhow::Result<Verdict>> + 'a>>;

/// Each comes from addresses of its own, so that none pays for another.
const ATTACKS: [(&str, &str, Attack); 9] = [
    ("frames", "sockets that declare 2^40 bytes make it keep nothing", |t| Box::pin(floods::frames(t))),
    ("bodies", "1,100 slow bodies keep no newcomer waiting, and end", |t| Box::pin(floods::bodies(t))),
    ("log-ins", "600 connections of wrong log-ins slow nobody down much", |t| Box::pin(floods::log_ins(t))),
    ("contacts", "one account reaches few people, and folds its notices", |t| Box::pin(floods::contacts(t))),
    ("tokens", "no forged token is taken by any service", |t| Box::pin(forgeries::tokens(t))),
    ("proxies", "nobody chooses the address that they are counted by", |t| Box::pin(forgeries::proxies(t))),
    ("hosts", "no other site's page and no rebound name is answered", |t| Box::pin(forgeries::hosts(t))),
    ("accepts", "of many acceptances at once there is one", |t| Box::pin(races::accepts(t))),
    ("thrown-out", "a revoked device is dead everywhere within five seconds", |t| {
        Box::pin(races::thrown_out(t))
    }),
];

#[tokio::main]
async fn main() -> ExitCode {
    run(attack).await
}

/// True when everything held.
async fn attack(arguments: &Arguments) -> anyhow::Result<bool> {
    let unknown = |name: &&String| !ATTACKS.iter().any(|(known, ..)| known == name);
    let names = ATTACKS.map(|(name, ..)| name).join(", ");
    ensure!(arguments.only.iter().find(unknown).is_none(), "expected one of: {names}");
    // Ours are the many connections.
    rlimit::increase_nofile_limit(u64::MAX)?;
    let mut program = Program::prepare(arguments.dojob.clone()).await?.with_open_files(1024).with_budgets();
    let done = unless_interrupted(try_all(arguments, &mut program)).await;
    program.end(matches!(done, Ok(true))).await?;
    done
}

async fn try_all(arguments: &Arguments, program: &mut Program) -> anyhow::Result<bool> {
    program.start()?;
    program.ready().await?;
    let lasts = Duration::from_secs(if arguments.long { 120 } else { 5 });
    let target = Target { base: program.base(), port: program.port(), pid: program.pid()?, lasts };
    let mut all_held = true;
    for (name, meaning, attack) in ATTACKS {
        if !arguments.only.is_empty() && !arguments.only.iter().any(|only| only == name) {
            continue;
        }
        let Verdict { held, measured } = attack(&target).await?;
        println!("{:10} {:7} {meaning}: {measured}", name, if held { "held" } else { "BROKEN" });
        all_held &= held && program.runs()?;
    }
    Ok(all_held)
}
