//! Chaos: people work with a running platform while it is disturbed; what was acknowledged to them is recorded, and
//! afterwards the invariants are checked against the databases. The disturbances themselves belong to the programs
//! `kill9`, `faults`, `drill` and `rollout`.
#![expect(clippy::print_stdout, reason = "of programs that report")]
#![expect(clippy::indexing_slicing, reason = "JSON only: what an answer does not have reads as null")]

pub mod database;
#[cfg(feature = "kafka")]
pub mod home;
pub mod invariants;
pub mod ledger;
pub mod load;
pub mod mutations;
pub mod observations;
pub mod people;
pub mod survivors;
#[cfg(feature = "kafka")]
pub mod topics;

use std::process::ExitCode;

use clap::{Parser, ValueEnum};

/// Reads the command line and does the work; the program ends with 0 when everything was right, with 1 when something
/// was found wrong, and with 2 when that cannot be told.
pub async fn run<A: Parser>(work: impl AsyncFnOnce(&A) -> anyhow::Result<bool>) -> ExitCode {
    let arguments = A::parse();
    match Box::pin(work(&arguments)).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{}: {error:#}", A::command().get_name());
            ExitCode::from(2)
        }
    }
}

/// `name: meaning` of a word of the command line.
pub fn described(word: &impl ValueEnum) -> String {
    let Some(value) = word.to_possible_value() else { return String::new() };
    let meaning = value.get_help().map(ToString::to_string).unwrap_or_default();
    format!("{}: {meaning}", value.get_name())
}

/// Does the work, unless somebody presses Ctrl-C.
///
/// # Errors
/// Somebody did, or it fails.
pub async fn unless_interrupted(work: impl Future<Output = anyhow::Result<bool>>) -> anyhow::Result<bool> {
    tokio::select! {
        done = work => done,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    }
}
