//! The server as a process: created once, started, recognised, ended.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{Read, Seek, SeekFrom};
use std::net::TcpListener;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tokio::process::Child;
use tokio::time::sleep;
use tokio_postgres::{Client, Config, NoTls};
use tracing::info;

use crate::binaries::Build;
use crate::home::{Home, Postmaster, SUPERUSER};

pub(crate) const HOST: &str = "127.0.0.1";
/// Recovery after a crash reads the write-ahead log; a slow disk needs its time.
const PATIENCE: Duration = Duration::from_mins(2);
const LOG_MAX: u64 = 16 << 20;
#[cfg(target_os = "macos")] // has no C.UTF-8
const LOCALE: [&str; 2] = ["--locale=C", "--lc-ctype=en_US.UTF-8"];
#[cfg(not(target_os = "macos"))]
const LOCALE: [&str; 1] = ["--locale=C.UTF-8"];

#[derive(Debug)]
pub(crate) struct Cluster {
    pub home: Home,
    pub build: Build,
    pub settings: Vec<(String, String)>,
}

impl Cluster {
    /// `initdb` beside the place and a rename: a crash half-way leaves no half of a data directory.
    pub async fn create_once(&self) -> Result<()> {
        let (home, data, draft) = (&self.home, self.home.data(), self.home.path("data.new"));
        if data.join("PG_VERSION").exists() {
            // Without it the server would start, and never let us in.
            return home.known_secret(SUPERUSER).map(drop);
        }
        if draft.exists() {
            fs::remove_dir_all(&draft)?;
        }
        info!("creating a PostgreSQL {} cluster in {}", self.build.version, data.display());
        fs::create_dir(&draft).with_context(|| format!("cannot create {}", draft.display()))?;
        home.give(&draft)?;
        let password = home.lend_superuser_password()?;
        let mut initdb = self.build.command("initdb", home);
        initdb.args(["-U", SUPERUSER, "--encoding=UTF8", "--auth-host=scram-sha-256"]);
        initdb.args(["--auth-local=scram-sha-256"]).args(LOCALE);
        initdb.arg("--pwfile").arg(&password).arg("-D").arg(&draft);
        if self.settings.iter().any(|(name, value)| name == "fsync" && value == "off") {
            initdb.arg("--no-sync");
        }
        let outcome = initdb.output().await;
        fs::remove_file(&password)?;
        let outcome = outcome.context("cannot run initdb")?;
        if !outcome.status.success() {
            let words = String::from_utf8_lossy(&outcome.stderr).into_owned();
            bail!("cannot create a cluster in {}: {}", data.display(), words.trim());
        }
        fs::rename(&draft, &data).with_context(|| format!("cannot create {}", data.display()))
    }

    /// The server that already runs on our data, once it answers; `None` when there is none.
    pub async fn adopt(&self) -> Result<Option<Postmaster>> {
        let since = Instant::now();
        // A stopping server goes away while we ask, a starting one begins to answer.
        while let Some(found) = self.home.postmaster().filter(|found| runs(found.pid)) {
            match self.answers(found.port).await {
                Ok(()) => return Ok(Some(found)),
                Err(error) if since.elapsed() > PATIENCE => {
                    let pid = found.pid.as_raw_pid();
                    let data = self.home.data();
                    return Err(error).with_context(|| {
                        format!("process {pid} holds {} and does not answer", data.display())
                    });
                }
                Err(_) => sleep(Duration::from_millis(50)).await,
            }
        }
        Ok(None)
    }

    /// Starts on the port of last time when it is free, on another one otherwise.
    pub async fn start(&self) -> Result<Postmaster> {
        let memory = self.home.path("port");
        let mut last = fs::read_to_string(&memory).ok().and_then(|text| text.trim().parse().ok());
        for _ in 0..3 {
            let port = match last.take() {
                Some(port) if TcpListener::bind((HOST, port)).is_ok() => port,
                _ => TcpListener::bind((HOST, 0))?.local_addr()?.port(),
            };
            match self.launch(port).await {
                Ok(pid) => {
                    fs::write(&memory, port.to_string())
                        .with_context(|| format!("cannot write {}", memory.display()))?;
                    return Ok(Postmaster { pid, port });
                }
                // Somebody took the port between our look and the server's.
                Err(error) if format!("{error:#}").contains("Address already in use") => {}
                Err(error) => return Err(error),
            }
        }
        bail!("found no free port on {HOST}")
    }

    /// Starts on exactly this port and waits until the server answers.
    pub async fn launch(&self, port: u16) -> Result<Pid> {
        let since = Instant::now();
        loop {
            match self.launch_once(port).await {
                // The children of a killed postmaster need a moment to notice and leave.
                Err(error)
                    if format!("{error:#}").contains("still in use")
                        && since.elapsed() < Duration::from_secs(15) =>
                {
                    sleep(Duration::from_millis(200)).await;
                }
                outcome => return outcome,
            }
        }
    }

    async fn launch_once(&self, port: u16) -> Result<Pid> {
        let home = &self.home;
        // The number may belong to another program by now, and PostgreSQL would wait for that one.
        if home.postmaster().is_some_and(|found| !runs(found.pid)) {
            fs::remove_file(home.data().join("postmaster.pid"))?;
        }
        if home.postmaster().is_none() {
            home.clear_sockets()?;
        }
        let log = home.path("server.log");
        let begin = fs::metadata(&log).map_or(0, |meta| meta.len());
        let begin =
            if begin > LOG_MAX { fs::rename(&log, home.path("server.log.1")).map(|()| 0)? } else { begin };
        let out = OpenOptions::new().create(true).append(true).mode(0o600).open(&log);
        let out = out.with_context(|| format!("cannot write {}", log.display()))?;
        // One of an earlier version may be open to all.
        out.set_permissions(Permissions::from_mode(0o600))?;
        let socket = home.socket_dir().unwrap_or_default();
        let ours = [
            ("listen_addresses", HOST),
            ("unix_socket_directories", socket.to_str().unwrap_or_default()),
            ("shared_buffers", "128MB"),
            ("max_connections", "100"),
            ("lc_messages", "C"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
            ("cluster_name", "dojob"),
            // A refusal's details and its statement hold addresses and times of people.
            ("log_error_verbosity", "terse"),
            ("log_min_error_statement", "panic"),
        ];
        let mut command = self.build.command("postgres", home);
        command.arg("-D").arg(home.data()).arg("-p").arg(port.to_string());
        let theirs = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in ours.into_iter().chain(theirs) {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command.stdout(out.try_clone()?).stderr(out);
        // Ctrl-C in the terminal is for us; we stop the server when our own work is drained.
        command.process_group(0);
        let mut child = command.spawn().context("cannot run postgres")?;
        let id = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        let pid = id.ok_or_else(|| anyhow!("postgres ended at once"))?;
        match self.until_ready(&mut child, port).await {
            Ok(()) => Ok(pid),
            Err(error) => {
                if child.id().is_some() {
                    signal(pid, Signal::QUIT)?;
                }
                Err(error).with_context(|| format!("PostgreSQL does not start: {}", tail(&log, begin)))
            }
        }
    }

    async fn until_ready(&self, child: &mut Child, port: u16) -> Result<()> {
        let since = Instant::now();
        loop {
            if let Some(status) = child.try_wait()? {
                bail!("it ended with {status}");
            }
            match self.answers(port).await {
                Err(_) if since.elapsed() < PATIENCE => sleep(Duration::from_millis(25)).await,
                outcome => return outcome,
            }
        }
    }

    /// A server on this port accepts our password and serves our data directory: it is ours and ready.
    async fn answers(&self, port: u16) -> Result<()> {
        let theirs: String = self
            .as_superuser(port, async |sql: &Client| {
                Ok(sql.query_one("SHOW data_directory", &[]).await?.try_get(0)?)
            })
            .await?;
        if fs::canonicalize(&theirs)? != fs::canonicalize(self.home.data())? {
            bail!("port {port} serves {theirs}");
        }
        Ok(())
    }

    /// Work on a connection that ends with it, so that no task outlives the call.
    pub async fn as_superuser<T>(
        &self,
        port: u16,
        work: impl AsyncFnOnce(&Client) -> Result<T>,
    ) -> Result<T> {
        let mut config = Config::new();
        config.host(HOST).port(port).connect_timeout(Duration::from_secs(5));
        config.user(SUPERUSER).password(self.home.known_secret(SUPERUSER)?).dbname("postgres");
        let (client, connection) = config.connect(NoTls).await?;
        let work = async move {
            let answer = work(&client).await;
            drop(client); // lets the connection say goodbye and end
            answer
        };
        let (answer, _goodbye) = tokio::join!(work, connection);
        answer
    }
}

/// Whether this is a live PostgreSQL: numbers are reused, and a dead child nobody collected keeps its own.
pub(crate) fn runs(pid: Pid) -> bool {
    match fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_pid())) {
        Ok(stat) => stat.contains("(postgres)") && !stat.contains("(postgres) Z"),
        Err(_) if Path::new("/proc/self/stat").exists() => false,
        Err(_) => test_kill_process(pid) != Err(Errno::SRCH),
    }
}

/// A process that is gone already is fine: that is what signals are for here.
pub(crate) fn signal(pid: Pid, signal: Signal) -> Result<()> {
    match kill_process(pid, signal) {
        Ok(()) | Err(Errno::SRCH) => Ok(()),
        Err(error) => Err(error).with_context(|| format!("cannot signal process {}", pid.as_raw_pid())),
    }
}

pub(crate) async fn gone(pid: Pid, patience: Duration) -> bool {
    let since = Instant::now();
    while runs(pid) {
        if since.elapsed() > patience {
            return false;
        }
        sleep(Duration::from_millis(10)).await;
    }
    true
}

/// What the server said since `begin`, the last lines of it.
fn tail(log: &Path, begin: u64) -> String {
    let read = || {
        let mut file = File::open(log)?;
        file.seek(SeekFrom::Start(begin))?;
        let mut bytes = Vec::new();
        file.take(1 << 20).read_to_end(&mut bytes)?;
        std::io::Result::Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let text = read().unwrap_or_default();
    let lines: Vec<_> = text.lines().collect();
    lines.iter().skip(lines.len().saturating_sub(6)).copied().collect::<Vec<_>>().join(" | ")
}
