//! `cargo xtask`: the workshop behind `make`. One file for each command.
#![expect(clippy::print_stdout, reason = "a command-line tool answers on standard output")]

mod arch;
mod asyncapi;
mod catalogue;
mod clock;
mod contracts;
mod db;
mod demo;
mod r#gen;
mod home;
mod problems;
mod published;
mod released;
mod tree;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The workshop behind make.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", disable_version_flag = true)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Who imports what, in which direction; where SQL is; names; module docs
    Arch,
    /// Writes contracts/ and the types of web/ from the code
    Gen {
        #[command(subcommand)]
        part: Option<Part>,
    },
    /// Checks that contracts/, code and translations agree, and that events have only grown since the last release;
    /// writes nothing
    Contracts,
    /// Makes today's contracts the last release
    ReleaseContracts,
    /// Migrations
    #[command(subcommand)]
    Db(Db),
    /// Shows or moves the clock of a running development dojob, only forward
    Clock {
        /// +30s, +5m, +3h, +2d, +1d12h or =seconds
        step: Option<String>,
    },
    /// Forgets the practice neighbourhood of this computer
    Demo,
    /// Ends the PostgreSQL that tests share
    StopTestServer,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Writes only what is made from the other contracts, at once
    Events,
}

#[derive(Debug, Subcommand)]
enum Db {
    /// Runs all migrations and checks what they made, against schema.rs too
    Check,
    /// A directory for a new migration; `what` in a-z, 0-9 and _
    New { service: String, what: String },
}

fn main() -> Result<()> {
    match Line::parse().command {
        Command::Arch => arch::run(),
        Command::Gen { part: None } => r#gen::run(),
        Command::Gen { part: Some(Part::Events) } => r#gen::events(),
        Command::Contracts => contracts::run(),
        Command::ReleaseContracts => released::release(),
        Command::Db(Db::Check) => db::check(),
        Command::Db(Db::New { service, what }) => db::new(&service, &what),
        Command::Clock { step } => clock::run(step.as_deref()),
        Command::Demo => demo::run(),
        Command::StopTestServer => home::stop_test_server(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_as_written_elsewhere() {
        let parse = |line: &str| Line::try_parse_from(["xtask"].into_iter().chain(line.split(' ')));
        for line in
            "arch; gen; gen events; db check; db new core a_b; clock; clock +3h; stop-test-server".split("; ")
        {
            assert!(parse(line).is_ok(), "{line}");
        }
        assert!(parse("arches").is_err());
    }
}
