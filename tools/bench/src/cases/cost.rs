//! What a request costs: the CPU of a window of requests, divided by them.

use std::time::Duration;

use crate::{
    cpu::Meter,
    http::{self, Done, Make},
    numbers::{float, micros},
    stage::Stage,
};

/// How long a window is measured, and how long it is warmed up before.
const WINDOW: Duration = Duration::from_millis(1500);
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
    let (mut all, mut dojob) = (stage.meter(), Meter::start(&[stage.dojob()]));
    let done = http::run(port, makes, WINDOW).await?;
    let (all, dojob) = (all.spent(), dojob.spent());
    let each = |spent: Duration| micros(spent) / float(done.requests.max(1));
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
