//! The real program as a process: started, killed, started again on the same home.

use std::{
    fs::{self, OpenOptions, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use rustix::process::{Pid, Signal, kill_process};
use standalone::{Databases, SERVICES};
use tokio::process::{Child, Command};

/// How long it may take to start; PostgreSQL recovers first, and a busy machine takes its time.
const START: Duration = Duration::from_mins(5);

/// `dojob`, with a home that only we know.
pub struct Program {
    binary: PathBuf,
    home: PathBuf,
    port: u16,
    open_files: Option<u32>,
    /// Eight people under load do in a minute what a neighbourhood does in a day, so they have none.
    budgets: bool,
    child: Option<Child>,
}

impl Program {
    /// Finds (or builds) the program and makes its home.
    ///
    /// # Errors
    /// There is none, or no room for its home.
    pub async fn prepare(given: Option<PathBuf>) -> anyhow::Result<Self> {
        let binary = match given {
            Some(path) => path,
            None => built().await?,
        };
        ensure!(binary.is_file(), "{} is not a program", binary.display());
        let home = std::env::temp_dir().join(format!("dojob-journey.{}", std::process::id()));
        fs::create_dir(&home).with_context(|| format!("{} cannot be made", home.display()))?;
        // PostgreSQL may run as another user, who must get through.
        fs::set_permissions(&home, Permissions::from_mode(0o755))?;
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let program = Self { binary, home, port, open_files: None, budgets: false, child: None };
        fs::write(program.clock_file(), "0")?;
        Ok(program)
    }

    /// Starts it with a soft limit of open files, as a shell does.
    #[must_use]
    pub fn with_open_files(self, open_files: u32) -> Self {
        Self { open_files: Some(open_files), ..self }
    }

    /// Lets it bound what one account may do, as it does by default.
    #[must_use]
    pub fn with_budgets(self) -> Self {
        Self { budgets: true, ..self }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The process.
    ///
    /// # Errors
    /// It does not run.
    pub fn pid(&self) -> anyhow::Result<u32> {
        self.child.as_ref().and_then(Child::id).context("dojob does not run")
    }

    pub fn base(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Where its databases are.
    pub fn data_home(&self) -> PathBuf {
        self.home.join("home")
    }

    /// Where its services keep their rows; it must run.
    pub fn databases(&self) -> anyhow::Result<Databases> {
        let home = self.data_home();
        let password = fs::read_to_string(home.join("secrets/postgres"))?;
        let port = fs::read_to_string(home.join("port"))?;
        let [core, auth, notify_address, chat] = SERVICES.map(|service| {
            format!("postgres://postgres:{password}@127.0.0.1:{}/dojob_{service}", port.trim()).into()
        });
        Ok(Databases { core, auth, notify_address, chat })
    }

    /// Seconds to add to its clock.
    pub fn clock_file(&self) -> PathBuf {
        self.home.join("clock")
    }

    fn log(&self) -> PathBuf {
        self.home.join("log")
    }

    pub fn start(&mut self) -> anyhow::Result<()> {
        let log = OpenOptions::new().create(true).append(true).open(self.log())?;
        let mut command = match self.open_files {
            None => Command::new(&self.binary),
            Some(limit) => {
                let mut shell = Command::new("sh");
                shell
                    .args(["-c", "ulimit -Sn \"$1\" && exec \"$0\""])
                    .arg(&self.binary)
                    .arg(limit.to_string());
                shell
            }
        };
        // Settings of our own environment may name real databases.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("DOJOB_"))
        {
            command.env_remove(name);
        }
        command
            .env("DOJOB_HOME", self.data_home())
            .env("DOJOB_PORT", self.port.to_string())
            .env("DOJOB_DEMO", "0")
            .env("DOJOB_CORE_BUDGETS", u8::from(self.budgets).to_string())
            .env("DOJOB_MACHINE_POSTGRES", "1")
            .env("DOJOB_CLOCK_FILE", self.clock_file())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            // Ctrl-C is for us; we end it in order.
            .process_group(0);
        self.child = Some(command.spawn().context("dojob cannot be run")?);
        Ok(())
    }

    /// Waits until it answers.
    pub async fn ready(&mut self) -> anyhow::Result<()> {
        let since = Instant::now();
        let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).build()?;
        let url = format!("{}/api/auth/documents", self.base());
        loop {
            if client.get(&url).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            ensure!(self.runs()?, "dojob ended while it started:\n{}", self.last_words());
            ensure!(since.elapsed() < START, "dojob does not start:\n{}", self.last_words());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub fn runs(&mut self) -> anyhow::Result<bool> {
        Ok(match &mut self.child {
            Some(child) => child.try_wait()?.is_none(),
            None => false,
        })
    }

    pub async fn kill(&mut self) -> anyhow::Result<()> {
        let mut child = self.child.take().context("dojob does not run")?;
        child.start_kill()?;
        child.wait().await?;
        Ok(())
    }

    fn postmaster(&self) -> anyhow::Result<Pid> {
        let file = self.data_home().join("data/postmaster.pid");
        let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
        let id = text.lines().next().and_then(|line| line.trim().parse().ok()).and_then(Pid::from_raw);
        id.context("postmaster.pid names no process")
    }

    pub fn signal_postgres(&self, signal: Signal) -> anyhow::Result<()> {
        kill_process(self.postmaster()?, signal).context("PostgreSQL cannot be signalled")
    }

    /// Stops PostgreSQL and keeps it from starting for a while, by hiding its data.
    pub async fn hide_postgres(&self, time: Duration) -> anyhow::Result<()> {
        let (here, hidden) = (self.data_home().join("data"), self.data_home().join("data.hidden"));
        self.signal_postgres(Signal::INT)?;
        fs::rename(&here, &hidden)?;
        tokio::time::sleep(time).await;
        fs::rename(&hidden, &here)?;
        Ok(())
    }

    fn last_words(&self) -> String {
        let text = fs::read_to_string(self.log()).unwrap_or_default();
        let lines: Vec<_> = text.lines().collect();
        lines.iter().skip(lines.len().saturating_sub(20)).copied().collect::<Vec<_>>().join("\n")
    }

    /// Stops it in order, PostgreSQL with it. What a failed run leaves behind is kept.
    pub async fn end(mut self, forget: bool) -> anyhow::Result<()> {
        if self.child.is_none() && self.data_home().join("data/postmaster.pid").exists() {
            // Killed and not yet started again: only dojob knows how to end its server.
            self.start()?;
            self.ready().await?;
        }
        if let Some(mut child) = self.child.take()
            && let Some(id) = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?))
        {
            // It may have ended by itself.
            let _ = kill_process(id, Signal::TERM);
            if tokio::time::timeout(Duration::from_secs(30), child.wait()).await.is_err() {
                child.start_kill()?;
                bail!("dojob does not stop:\n{}", self.last_words());
            }
        }
        if forget {
            fs::remove_dir_all(&self.home)?;
        } else {
            eprintln!("data and logs are in {}", self.home.display());
        }
        Ok(())
    }
}

/// The program of this checkout, beside us, up to date.
async fn built() -> anyhow::Result<PathBuf> {
    let me = std::env::current_exe()?;
    let profile = me.parent().context("a program is in a directory")?;
    let target = profile.parent().context("a profile is in the target directory")?;
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "-p", "dojob-standalone"]).env("CARGO_TARGET_DIR", target);
    match profile.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => {}
        Some(name) => drop(cargo.args(["--profile", name])),
    }
    let done = cargo
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .status()
        .await
        .context("cargo cannot be run")?;
    ensure!(done.success(), "dojob cannot be built");
    Ok(profile.join("dojob"))
}
