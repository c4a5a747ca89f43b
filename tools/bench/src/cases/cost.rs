//! What a request costs: the CPU of a window of requests, divided by them.

use std::time::Duration;

use crate::{
    cpu::Meter,
    figures::Cost,
    http::{self, Make},
    numbers::{float, micros},
    stage::{Stage, quick},
};

/// A window of requests to dojob.
///
/// # Errors
/// An answer is no success.
pub async fn window(stage: &Stage, port: u16, makes: &[Make]) -> anyhow::Result<Cost> {
    window_of(stage, stage.dojob(), port, makes).await
}

/// A window of requests to a process.
///
/// # Errors
/// An answer is no success.
pub async fn window_of(stage: &Stage, pid: u32, port: u16, makes: &[Make]) -> anyhow::Result<Cost> {
    http::run(port, makes, Duration::from_millis(if quick() { 150 } else { 300 })).await?;
    let (mut all, mut program) = (Meter::start(&[pid, stage.postmaster]), Meter::start(&[pid]));
    let done = http::run(port, makes, Duration::from_millis(if quick() { 600 } else { 2000 })).await?;
    let (all, program) = (all.spent(), program.spent());
    let each = |spent: Duration| micros(spent) / float(done.requests.max(1));
    Ok(Cost { all: each(all), program: each(program), done })
}

/// The same request on every connection.
pub fn times(make: &Make, connections: usize) -> Vec<Make> {
    vec![make.clone(); connections]
}

/// Our own smallest answer: what HTTP itself costs.
pub fn healthz() -> Make {
    http::gets(|_| "/healthz".to_owned())
}
