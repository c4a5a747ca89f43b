//! Logging in: what a log-in costs beside the bare hash, and what a storm of them does to those who only read.

use std::{sync::Arc, time::Duration};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde_json::json;

use super::cost::times;
use crate::{
    cpu,
    http::{self, Make},
    numbers::{float, micros, spread},
    report::{Ratio, Row},
    stage::{PASSWORD, Person, Stage, listing_path},
};

/// What dojob asks of argon2id by default: 19 MiB, two passes.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// # Errors
/// dojob fails.
pub async fn run(stage: &Stage, rows: u64, people: &[Person]) -> anyhow::Result<Vec<Row>> {
    let log_ins: Vec<Make> = people.iter().take(8).map(log_in).collect();
    let ours = async || -> anyhow::Result<(f64, f64)> {
        let mut program = cpu::Meter::start(&[stage.dojob()]);
        let done = http::run(stage.port, &log_ins, Duration::from_secs(4)).await?;
        Ok((micros(program.spent()) / float(done.requests), done.per_second()))
    };
    let (a, b, c, d) = (bare().await?, ours().await?, ours().await?, bare().await?);
    let hash = Ratio::of(&[(a, b.0), (d, c.0)]);

    let reads = times(&http::gets(move |turn| listing_path(spread(turn, rows))), 4);
    let (time, pause) = (Duration::from_secs(3), Duration::from_millis(4));
    let calm = http::paced(stage.port, &reads, time, pause).await?;
    let storm = tokio::try_join!(
        http::paced(stage.port, &reads, time, pause),
        http::run(stage.port, &log_ins, time + Duration::from_millis(200))
    )?;
    let ratio = Ratio::of(&[(storm.0.p99, calm.p99)]);
    Ok(vec![
        Row {
            number: "18",
            claim: "log-in, CPU of the program beside a bare argon2 loop".to_owned(),
            ours: format!("{:.1} ms", f64::midpoint(b.0, c.0) / 1e3),
            floor: format!("{:.1} ms bare hash", f64::midpoint(a, d) / 1e3),
            ratio: Some(hash),
            goal: "bare / ours ≥ 0.97",
            held: Some(hash.all >= 0.97),
            note: format!("{:.0} log-ins/s; same crate, same parameters, two threads", b.1),
        },
        Row {
            number: "18b",
            claim: "reads by id during a storm of log-ins, p99".to_owned(),
            ours: format!("{:.2} ms", storm.0.p99),
            floor: format!("{:.2} ms without", calm.p99),
            ratio: Some(ratio),
            goal: "≤ 2×",
            held: Some(ratio.all <= 2.0),
            note: format!(
                "{:.0} reads/s over 4 connections, 8 people log in all the time ({:.0}/s); p50 {:.2} and {:.2} ms",
                storm.0.per_second(),
                storm.1.per_second(),
                storm.0.p50,
                calm.p50
            ),
        },
    ])
}

fn log_in(person: &Person) -> Make {
    let body = json!({ "email": person.email, "password": PASSWORD }).to_string();
    Arc::new(move |_| http::request("POST", "/api/auth/login", None, Some(&body)))
}

/// CPU of a hash, in microseconds, on two threads that do nothing else.
async fn bare() -> anyhow::Result<f64> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).map_err(|e| anyhow::anyhow!("argon2: {e}"))?;
    let hash = move || -> anyhow::Result<f64> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        let (mut memory, mut out) = (vec![Block::default(); params.block_count()], [0; 32]);
        let before = cpu::of_this_thread();
        for _ in 0..40 {
            let done = argon2.hash_password_into_with_memory(
                PASSWORD.as_bytes(),
                b"0123456789abcdef",
                &mut out,
                &mut memory,
            );
            done.map_err(|e| anyhow::anyhow!("argon2: {e}"))?;
        }
        // The counter moves when the thread leaves its core.
        std::thread::yield_now();
        Ok(micros(cpu::of_this_thread().saturating_sub(before)) / 40.0)
    };
    let (one, other) = (tokio::task::spawn_blocking(hash.clone()), tokio::task::spawn_blocking(hash));
    Ok(f64::midpoint(one.await??, other.await??))
}
