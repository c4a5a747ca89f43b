//! `kill9`: bad days of the real program. It starts `dojob` with a home of its own, lets people work with it, kills it
//! with -9 (or kills and stops its PostgreSQL) again and again, and then goes through the books: every write that was
//! acknowledged is there, once; every event had each of its effects, once; nothing else is there.

#![expect(clippy::print_stdout, reason = "a program that reports")]

mod program;

use std::{process::ExitCode, sync::Arc, time::Duration};

use anyhow::{Context, bail};
use rand::{Rng, SeedableRng, rngs::StdRng};
use standalone::local_identity;

use dojob_journeys::bad_days::{
    books::Books,
    harm, load, people,
    people::{Site, Tolerance},
    reckoning::Reckoning,
    run, unless_interrupted,
};
use program::Program;

const HELP: &str = "\
kill9: kills the running program and goes through the books

  --times N        how often (10)
  --postgres       kill and stop PostgreSQL instead of dojob
  --seed N         what is done and when (20261123)
  --sabotage NAME  harm the databases before the reckoning, which must then fail; `list` names the harms
  --dojob PATH     the program; built when not given
";

/// People who work with the program at the same time.
const PEOPLE: usize = 8;
/// Hours that pass at every second kill, so that sessions start and end, too.
const HOURS: i64 = 5;

struct Orders {
    times: u32,
    postgres: bool,
    seed: u64,
    sabotage: Option<&'static harm::Harm>,
    dojob: Option<String>,
}

impl Orders {
    fn read(mut words: impl Iterator<Item = String>) -> anyhow::Result<Option<Self>> {
        let mut orders = Self { times: 10, postgres: false, seed: 20_261_123, sabotage: None, dojob: None };
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--times" => orders.times = value()?.parse()?,
                "--seed" => orders.seed = value()?.parse()?,
                "--dojob" => orders.dojob = Some(value()?),
                "--postgres" => orders.postgres = true,
                "--sabotage" => {
                    let name = value()?;
                    let known = harm::ALL.iter().find(|harm| harm.name == name);
                    let Some(known) = known else {
                        for harm in harm::ALL {
                            println!("{:28} {}", harm.name, harm.noticed_by);
                        }
                        return if name == "list" { Ok(None) } else { bail!("there is no harm '{name}'") };
                    };
                    orders.sabotage = Some(known);
                }
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
    run("kill9", Orders::read(std::env::args().skip(1)), live_through).await
}

/// True when the books are right, and every harm to them would be noticed.
async fn live_through(orders: &Orders) -> anyhow::Result<bool> {
    let mut program = Program::prepare(orders.dojob.as_deref()).await?;
    let done = unless_interrupted(bad_day(orders, &mut program)).await;
    // What we harmed ourselves tells nobody anything.
    program.end(matches!(done, Ok(true)) || orders.sabotage.is_some()).await?;
    done
}

async fn bad_day(orders: &Orders, program: &mut Program) -> anyhow::Result<bool> {
    let mut rng = StdRng::seed_from_u64(orders.seed);
    program.start()?;
    program.ready().await?;
    let tolerance = if orders.postgres { Tolerance::AlwaysThere } else { Tolerance::Gone };
    let site = Arc::new(Site::new(program.base(), tolerance));
    let load = load::begin(&site, PEOPLE, orders.seed).await?;

    // Some history first, so that there is something to lose.
    site.until_there_is_history(150).await?;
    println!("seed {}; {PEOPLE} people at work, {} acknowledged", orders.seed, site.ledger.count());
    for time in 1..=orders.times {
        let before = site.ledger.count();
        if orders.postgres {
            let (what, away) = bad_postgres(time, program, &site, &mut rng).await?;
            println!("{time:3} {what}: back after {away:.1?}, {} acknowledged", site.ledger.count() - before);
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

    let books = Books::open(&program.databases()?, local_identity(&program.data_home())?, site.now()).await?;
    // Everybody's last device first, since each makes a notice.
    for person in &mut people {
        person.log_in(&site).await?;
    }
    books.until_quiet(Duration::from_mins(1)).await?;
    let seen = people::what_they_see(&site, people).await?;
    let complaints = site.complaints();
    if let Some(harm) = orders.sabotage {
        println!("harm done: {}", harm.name);
        let reckoning = books.harmed(harm, &site.ledger.all(), &seen).await?;
        println!("{reckoning}");
        return Ok(reckoning.is_right() && complaints.is_empty());
    }
    let reckoning = Reckoning::of(&books, &site.ledger.all(), &seen).await?;
    println!("{reckoning}");
    for complaint in &complaints {
        println!("answer that must not be: {complaint}");
    }
    let right = reckoning.is_right() && complaints.is_empty();
    Ok(right && harm::all_are_noticed(&books, &site.ledger.all(), &seen).await?)
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

/// Takes PostgreSQL away under traffic and waits until the program has it back by itself.
async fn bad_postgres(
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
    let away = site.until_healthy().await?;
    anyhow::ensure!(program.runs()?, "dojob itself ended");
    if time.is_multiple_of(2) {
        site.pass(HOURS, &program.clock_file())?;
    }
    Ok((what, away))
}
