//! pgbench with our own statements: the floor that PostgreSQL and a C client set.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, ensure};
use tokio::process::Command;

use crate::cpu::Meter;

/// CPU per transaction of pgbench and PostgreSQL together, and transactions a second.
#[derive(Clone, Copy, Debug)]
pub struct Floor {
    pub cpu: Duration,
    pub per_second: f64,
}

/// The program itself: what distributions put into the path is a script around it.
fn program() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let found = versions.map(|v| v.path().join("bin/pgbench")).filter(|p| p.is_file()).max();
    found.unwrap_or_else(|| "pgbench".into())
}

/// Runs `script` with prepared statements over `clients` connections.
///
/// # Errors
/// pgbench is not installed, or its script fails.
pub async fn run(
    url: &str,
    script: &str,
    clients: usize,
    time: Duration,
    postmaster: u32,
    scratch: &Path,
) -> anyhow::Result<Floor> {
    let file = scratch.join("floor.sql");
    std::fs::write(&file, script)?;
    let mut meter = Meter::start(&[postmaster]);
    let mut child = Command::new(program())
        .args(["-n", "-M", "prepared", "-j", "1"])
        .args(["-c", &clients.to_string(), "-T", &time.as_secs().max(1).to_string(), "-f"])
        .arg(&file)
        .arg(url)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("pgbench is missing: install PostgreSQL's client and contrib programs")?;
    meter.add(child.id().context("pgbench ended at once")?);
    // It and its backends end together; what they used in the last moments is not seen, in favour of the floor.
    while child.try_wait()?.is_none() {
        meter.look();
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let output = child.wait_with_output().await?;
    ensure!(output.status.success(), "pgbench: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout);
    let number = |label: &str| {
        let line = text.lines().find_map(|l| l.strip_prefix(label))?;
        line.trim().split([' ', '/']).next()?.parse::<f64>().ok()
    };
    let done = number("number of transactions actually processed:").context("pgbench says no number")?;
    let per_second = number("tps =").context("pgbench says no tps")?;
    Ok(Floor { cpu: meter.spent().div_f64(done.max(1.0)), per_second })
}
