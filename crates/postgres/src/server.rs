//! A private server: started or adopted, its databases made, watched and stopped.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustix::process::{Pid, Signal};
use tokio::process::Command;
use tokio::sync::Mutex;
use tokio_postgres::Client;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::binaries::{self, Binaries};
use crate::home::{self, Home, LockGuard, SUPERUSER, lock};
use crate::process::{self, Cluster};

/// What a private server is started with.
#[derive(Debug, Clone)]
pub struct Options {
    pub home: PathBuf,
    pub binaries: Binaries,
    /// Server settings on top of ours; the last one of a name wins.
    pub settings: Vec<(String, String)>,
}

impl Options {
    pub fn new(home: impl Into<PathBuf>, binaries: Binaries) -> Self {
        Self { home: home.into(), binaries, settings: Vec::new() }
    }

    #[must_use]
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Trades safety against a power cut for speed: for tests and measurements.
    #[must_use]
    pub fn without_durability(self) -> Self {
        self.set("fsync", "off").set("synchronous_commit", "off").set("full_page_writes", "off")
    }
}

/// A running private server. Dropping it leaves the server running for the next start to adopt.
#[derive(Debug)]
pub struct Server {
    pub host: String,
    pub port: u16,
    /// Where the Unix socket is, when there is one.
    pub socket_dir: Option<PathBuf>,
    /// Of the binaries that opened the data directory, for example `18.1`.
    pub version: String,
    /// The server was already running when we came.
    pub adopted: bool,
    cluster: Cluster,
    /// `None` once stopped: `watch` leaves it alone then.
    pid: Mutex<Option<Pid>>,
    _owner: Option<LockGuard>,
}

impl Server {
    /// Starts the server of a home, or adopts the one a killed program left running.
    /// Refuses a home that another program uses, cannot be written or holds data no binaries here can open.
    pub async fn start(options: Options) -> Result<Self> {
        let home = Home::open(&options.home)?;
        let owner = lock(&home.path("dojob.lock"))?;
        Self::run(home, options, Some(owner)).await
    }

    /// The server all test binaries of this machine share: started by the first that needs it, left running.
    pub async fn shared_test(home: &Path) -> Result<Self> {
        let options =
            Options::new(home, Binaries::Machine).without_durability().set("max_connections", "200");
        let home = Home::open(home)?;
        let _turn = home::lock_in_turn(&home.path("shared.lock")).await?;
        Self::run(home, options, None).await
    }

    async fn run(home: Home, options: Options, owner: Option<LockGuard>) -> Result<Self> {
        let build = binaries::choose(&home, options.binaries, home.data_version()?).await?;
        let version = build.version.clone();
        let socket_dir = home.socket_dir();
        let cluster = Cluster { home, build, settings: options.settings };
        cluster.create_once().await?;
        let (adopted, running) = match cluster.adopt().await? {
            Some(running) => (true, running),
            None => (false, cluster.start().await?),
        };
        info!(version, port = running.port, adopted, "private PostgreSQL is up");
        Ok(Self {
            host: process::HOST.to_owned(),
            port: running.port,
            socket_dir,
            version,
            adopted,
            cluster,
            pid: Mutex::new(Some(running.pid)),
            _owner: owner,
        })
    }

    /// Makes sure of a database, a role that owns it and a password only that role has; answers the URL.
    /// Nobody but its owner may enter the database.
    pub async fn ensure_database(&self, name: &str, role: &str) -> Result<String> {
        ensure!(plain(name), "{name:?} is not a database name of a-z, 0-9 and _");
        ensure!(plain(role) && role != SUPERUSER, "{role:?} is not a role name of a-z, 0-9 and _");
        self.cluster
            .as_superuser(self.port, async |sql: &Client| {
                // Two programs preparing one database would trip over each other's catalogue rows; the lock ends
                // with the connection.
                sql.batch_execute("SELECT pg_advisory_lock(7464931)").await?;
                let password = self.cluster.home.secret(role)?;
                let known = sql.query_opt("SELECT 1 FROM pg_roles WHERE rolname = $1", &[&role]).await?;
                let verb = if known.is_some() { "ALTER" } else { "CREATE" };
                let limits = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE";
                sql.batch_execute(&format!("{verb} ROLE \"{role}\" {limits} PASSWORD '{password}'")).await?;
                let known = sql.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).await?;
                let verb = if known.is_some() { "ALTER" } else { "CREATE" };
                let owner = if known.is_some() { "OWNER TO" } else { "OWNER" };
                sql.batch_execute(&format!("{verb} DATABASE \"{name}\" {owner} \"{role}\"")).await?;
                sql.batch_execute(&format!(
                    "REVOKE ALL ON DATABASE \"{name}\", postgres, template1 FROM PUBLIC"
                ))
                .await?;
                anyhow::Ok(())
            })
            .await
            .with_context(|| format!("cannot prepare database {name}"))?;
        self.url(name, role)
    }

    /// The address of a database for a role that `ensure_database` has prepared.
    pub fn url(&self, database: &str, role: &str) -> Result<String> {
        let password = self.cluster.home.known_secret(role)?;
        Ok(format!("postgres://{role}:{password}@{}:{}/{database}", self.host, self.port))
    }

    pub fn superuser_url(&self, database: &str) -> Result<String> {
        self.url(database, SUPERUSER)
    }

    /// A program that comes with this server, as its user.
    pub fn program(&self, name: &str) -> Command {
        self.cluster.build.command(name, &self.cluster.home)
    }

    /// The postmaster's process, `None` once stopped.
    pub async fn pid(&self) -> Option<i32> {
        self.pid.lock().await.map(Pid::as_raw_pid)
    }

    /// Starts a server that died again, on the same port, until `stop` is cancelled or the server is stopped.
    pub async fn watch(&self, stop: CancellationToken) {
        let mut pause = Duration::from_millis(250);
        while stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_some() {
            let mut pid = self.pid.lock().await;
            let Some(last) = *pid else { return };
            if process::runs(last) {
                pause = Duration::from_millis(250);
                continue;
            }
            match self.cluster.launch(self.port).await {
                Ok(new) => {
                    warn!(port = self.port, "private PostgreSQL had died and was started again");
                    *pid = Some(new);
                }
                Err(error) => {
                    pause = (pause * 2).min(Duration::from_secs(30));
                    warn!("private PostgreSQL died and does not start, next try in {pause:?}: {error:#}");
                }
            }
        }
    }

    /// Fast shutdown: open transactions are rolled back, everything committed is on disk when this returns.
    /// Cancel `watch` first.
    pub async fn stop(&self) -> Result<()> {
        match self.pid.lock().await.take() {
            Some(pid) => end(pid).await,
            None => Ok(()),
        }
    }
}

/// Ends the shared test server of a home, when there is one.
pub async fn stop_shared(home: &Path) -> Result<()> {
    if !home.exists() {
        return Ok(());
    }
    let home = Home::open(home)?;
    let _turn = home::lock_in_turn(&home.path("shared.lock")).await?;
    match home.postmaster() {
        Some(found) if process::runs(found.pid) => end(found.pid).await,
        _ => Ok(()),
    }
}

async fn end(pid: Pid) -> Result<()> {
    for (signal, patience) in [(Signal::INT, 60), (Signal::QUIT, 10)] {
        if !process::runs(pid) {
            return Ok(());
        }
        process::signal(pid, signal)?;
        if process::gone(pid, Duration::from_secs(patience)).await {
            return Ok(());
        }
    }
    bail!("PostgreSQL (process {}) does not stop", pid.as_raw_pid())
}

/// Names go into SQL and file names as they are.
fn plain(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    (1..=63).contains(&name.len())
        && name.chars().all(allowed)
        && !name.starts_with(|c: char| c.is_ascii_digit())
}
