//! Bad days: people at work with a running platform, what was acknowledged to them, and the reckoning afterwards. What
//! makes a day bad is the business of the programs `kill9`, `faults` and `drill`.
#![expect(clippy::print_stdout, reason = "of programs that report")]
#![expect(clippy::indexing_slicing, reason = "JSON only: what an answer does not have reads as null")]

pub mod books;
pub mod harm;
pub mod ledger;
pub mod load;
pub mod people;
pub mod reckoning;
pub mod survivors;
#[cfg(feature = "kafka")]
pub mod topics;

use std::process::ExitCode;

/// What a program of bad days ends with: 0 when everything was right, 1 when something was found wrong, 2 when it cannot
/// be told.
pub fn verdict(program: &str, right: anyhow::Result<bool>) -> ExitCode {
    match right {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{program}: {error:#}");
            ExitCode::from(2)
        }
    }
}
