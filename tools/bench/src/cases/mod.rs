//! One file for what is measured in the same way.

pub mod chat;
#[cfg(feature = "kafka")]
pub mod cluster;
pub mod effect;
#[cfg(feature = "kafka")]
pub mod events;
pub mod read;
pub mod search;
pub mod shape;
pub mod write;

use std::time::Duration;

use crate::{
    http::{self, Done, Make},
    stage::Stage,
};

/// How long a window is measured, and how long it is warmed up before.
pub const WINDOW: Duration = Duration::from_millis(1500);
const WARM: Duration = Duration::from_millis(300);

/// CPU of a request, in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Of dojob and PostgreSQL.
    pub all: f64,
    /// Of dojob alone.
    pub dojob: f64,
    pub done: Done,
}

/// A window of requests.
///
/// # Errors
/// An answer is no success.
pub async fn window(stage: &Stage, port: u16, makes: &[Make]) -> anyhow::Result<Cost> {
    http::run(port, makes, WARM).await?;
    let (mut all, mut dojob) = (stage.meter(), crate::cpu::Meter::start(&[stage.dojob()]));
    let done = http::run(port, makes, WINDOW).await?;
    let (all, dojob) = (all.spent(), dojob.spent());
    let each = |spent: Duration| micros(spent) / crate::float(done.requests.max(1));
    Ok(Cost { all: each(all), dojob: each(dojob), done })
}

/// The same request on every connection.
pub fn times(make: &Make, connections: usize) -> Vec<Make> {
    vec![make.clone(); connections]
}

/// Our own smallest answer: what HTTP itself costs.
pub fn healthz() -> Make {
    http::gets(|_| "/healthz".to_owned())
}

pub fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// Spreads numbers over `1..=n`, the same in every run.
pub fn spread(turn: u64, n: u64) -> u64 {
    turn.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32) % n + 1
}

/// The middle one.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
