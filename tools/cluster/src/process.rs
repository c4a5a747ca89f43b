//! One process of a service: its settings, its ports, its log.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use balancer::{Address, HealthCheck};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};

use crate::leftovers;

/// What a process is started as.
#[derive(Clone)]
pub struct Plan {
    /// `core-1`.
    pub name: String,
    /// `core`: also its group at the balancer.
    pub group: &'static str,
    pub program: PathBuf,
    pub arguments: Vec<String>,
    /// Everything but the ports.
    pub settings: BTreeMap<&'static str, String>,
}

/// How a process went.
#[derive(Clone, Debug)]
pub struct Departure {
    pub name: String,
    /// From the decision to its end.
    pub took: Duration,
    /// Why it did not end in order: an exit code, or the end of its grace.
    pub wrong: Option<String>,
}

pub struct Process {
    pub plan: Plan,
    home: PathBuf,
    /// `None` when it has none: never started, or stopped for good.
    address: Option<Address>,
    child: Option<Child>,
}

impl Process {
    pub fn new(plan: Plan, home: &Path) -> Self {
        Self { plan, home: home.to_owned(), address: None, child: None }
    }

    /// Runs it, where it was before if it was not stopped in order; where it is.
    pub fn spawn(&mut self) -> anyhow::Result<Address> {
        ensure!(self.child.is_none(), "{} runs already", self.plan.name);
        let address = match self.address {
            Some(address) => address,
            None => two_free_ports()?,
        };
        let health = address.health.unwrap_or(address.address);
        let mut command = command(&self.plan, &self.home)?;
        command.env("DOJOB_PORT", address.address.port().to_string());
        command.env("DOJOB_ADMIN_PORT", health.port().to_string());
        let child = command.spawn().with_context(|| format!("{} cannot be run", self.plan.name))?;
        let pid = child.id();
        (self.child, self.address) = (Some(child), Some(address));
        if let Some(pid) = pid {
            leftovers::remember(&self.home, &self.plan.name, pid)?;
        }
        Ok(address)
    }

    /// Waits until it says that it is ready.
    pub async fn ready(&mut self, patience: Duration) -> anyhow::Result<()> {
        let often = HealthCheck { interval: Duration::from_millis(50), healthy: 1, ..HealthCheck::default() };
        self.passes(&often, patience).await
    }

    /// Waits until it has passed a probe, asked from its start.
    pub async fn passes(&mut self, probe: &HealthCheck, patience: Duration) -> anyhow::Result<()> {
        let address = self.address.context("it was not started")?;
        let url = format!("http://{}{}", address.health.unwrap_or(address.address), probe.path);
        let client = reqwest::Client::builder().timeout(probe.timeout).build()?;
        let (since, mut passed) = (Instant::now(), 0);
        loop {
            let well = client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success());
            passed = if well { passed + 1 } else { 0 };
            if passed >= probe.healthy {
                return Ok(());
            }
            let name = &self.plan.name;
            if let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().transpose()) {
                bail!("{name} ended while it started ({}):\n{}", status?, last_words(&self.home, name));
            }
            ensure!(since.elapsed() < patience, "{name} is not ready:\n{}", last_words(&self.home, name));
            tokio::time::sleep(probe.interval).await;
        }
    }

    pub fn address(&self) -> Option<Address> {
        self.address
    }

    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().and_then(Child::id)
    }

    /// How it ended, when it should be running and is not; it may be started again then.
    pub fn died(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        let Some(child) = &mut self.child else { return Ok(None) };
        let status = child.try_wait()?;
        if status.is_some() {
            self.child = None;
        }
        Ok(status)
    }

    /// As a crash: at once, and its ports stay its own.
    pub async fn kill9(&mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().with_context(|| format!("{} does not run", self.plan.name))?;
        child.kill().await?;
        leftovers::forget(&self.home, &self.plan.name);
        Ok(())
    }

    /// Asks it to end. The next start is a new one, elsewhere; where this one was.
    pub fn terminate(&mut self) -> anyhow::Result<Option<Address>> {
        if let Some(pid) = self.pid().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?)) {
            kill_process(pid, Signal::TERM).or_else(|error| match error {
                rustix::io::Errno::SRCH => Ok(()),
                other => Err(other),
            })?;
        }
        Ok(self.address.take())
    }

    /// Waits until it has ended; one that takes too long is killed, and that is an error.
    pub async fn ended(&mut self, patience: Duration) -> anyhow::Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let waited = tokio::time::timeout(patience, child.wait()).await;
        if waited.is_err() {
            child.kill().await?;
        }
        leftovers::forget(&self.home, &self.plan.name);
        let name = &self.plan.name;
        match waited {
            Ok(status) => {
                let status = status?;
                ensure!(status.success(), "{name} ended with {status}:\n{}", last_words(&self.home, name));
                Ok(())
            }
            Err(_) => bail!("{name} did not end in {patience:?}:\n{}", last_words(&self.home, name)),
        }
    }
}

/// A program with exactly these settings, its words in its log.
pub fn command(plan: &Plan, home: &Path) -> anyhow::Result<Command> {
    ensure!(
        plan.program.is_file(),
        "{} is not a program: build it first (make cluster)",
        plan.program.display()
    );
    let log = OpenOptions::new().create(true).append(true).open(log(home, &plan.name))?;
    let mut command = Command::new(&plan.program);
    // Settings of our own environment may name real databases and brokers.
    let ours = |name: &std::ffi::OsString| {
        ["DOJOB_", "KAFKA_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix))
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| ours(name)) {
        command.env_remove(name);
    }
    command
        .args(&plan.arguments)
        .envs(&plan.settings)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        // Ctrl-C is for us; we end them in order.
        .process_group(0)
        .kill_on_drop(true);
    Ok(command)
}

pub fn log(home: &Path, name: &str) -> PathBuf {
    home.join("logs").join(format!("{name}.log"))
}

pub fn last_words(home: &Path, name: &str) -> String {
    let text = fs::read_to_string(log(home, name)).unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(15)).copied().collect::<Vec<_>>().join("\n")
}

/// Two free ports of loopback, below those that the system gives to outgoing connections: such a one could take the
/// port while its process is down. None is given twice, as a process listens a while after it was told where.
fn two_free_ports() -> anyhow::Result<Address> {
    const FIRST: u16 = 20_000;
    const PORTS: u16 = 12_000;
    static NEXT: LazyLock<AtomicU16> = LazyLock::new(|| AtomicU16::new(rand::random()));
    let free = || {
        (0..PORTS)
            .map(|_| FIRST + NEXT.fetch_add(1, Ordering::Relaxed) % PORTS)
            .find_map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).ok())
            .context("no port is free")
    };
    // Both held, so that they differ.
    let (one, other) = (free()?, free()?);
    let [address, health]: [SocketAddr; 2] = [one.local_addr()?, other.local_addr()?];
    Ok(Address { address, health: Some(health) })
}
