//! Bad days: people at work with a running platform, what was acknowledged to them, and the reckoning afterwards. What
//! makes a day bad is the business of the programs `kill9`, `faults`, `drill` and `rollout`.
#![expect(clippy::print_stdout, reason = "of programs that report")]
#![expect(clippy::indexing_slicing, reason = "JSON only: what an answer does not have reads as null")]

pub mod books;
pub mod harm;
#[cfg(feature = "kafka")]
pub mod home;
pub mod ledger;
pub mod load;
pub mod people;
pub mod reckoning;
pub mod survivors;
#[cfg(feature = "kafka")]
pub mod topics;

use std::process::ExitCode;

/// Does what a program of bad days was told (`None`: only to say how it is used), and says what it ends with: 0 when
/// everything was right, 1 when something was found wrong, 2 when it cannot be told.
pub async fn run<Orders>(
    program: &str,
    orders: anyhow::Result<Option<Orders>>,
    live_through: impl AsyncFnOnce(&Orders) -> anyhow::Result<bool>,
) -> ExitCode {
    let right = match orders {
        Ok(Some(orders)) => Box::pin(live_through(&orders)).await,
        Ok(None) => Ok(true),
        Err(error) => Err(error),
    };
    match right {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{program}: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Goes through it, unless somebody presses Ctrl-C.
///
/// # Errors
/// Somebody did, or it fails.
pub async fn unless_interrupted(day: impl Future<Output = anyhow::Result<bool>>) -> anyhow::Result<bool> {
    tokio::select! {
        done = day => done,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    }
}
