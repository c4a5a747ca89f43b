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
mod source;
mod tree;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask: the workshop behind make

  arch                    who imports what, where SQL is, names, module docs, the size of `common`
  gen                     writes contracts/ and the types of web/ from the code
  gen problems            writes contracts/problems.json alone, at once
  gen events              writes contracts/asyncapi.yaml and the catalogue in docs/EVENTS.md alone, at once
  contracts               checks that contracts/, code and translations agree, and that events have only grown
                          since the last release; writes nothing
  release-contracts       makes today's contracts the last release
  db check                runs all migrations and checks what they made, against schema.rs too
  db new <service> <what> a directory for a new migration
  clock [+3h|+2d|=secs]   shows or moves the clock of a running development dojob, only forward
  demo                    forgets the practice neighbourhood of this computer
  stop-test-server        ends the PostgreSQL that tests share
  help                    this page
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["arch"] => arch::run(),
        ["gen"] => r#gen::run(),
        ["gen", "problems"] => r#gen::problems(),
        ["gen", "events"] => r#gen::events(),
        ["release-contracts"] => released::release(),
        ["contracts"] => contracts::run(),
        ["db", "check"] => db::check(),
        ["db", "new", service, what] => db::new(service, what),
        ["clock"] => clock::run(None),
        ["clock", step] => clock::run(Some(step)),
        ["demo"] => demo::run(),
        ["stop-test-server"] => home::stop_test_server(),
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(anyhow::anyhow!("there is no `{}`\n\n{HELP}", words.join(" "))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
