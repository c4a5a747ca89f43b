//! What a cluster that was killed leaves running, and how to end it: by number and moment of birth, because numbers
//! are used again.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use rustix::{
    io::Errno,
    process::{Pid, Signal, kill_process},
};

/// Says that a directory is a cluster's, and may be removed whole.
const MARK: &str = "cluster.home";

/// The pid file of the program that started the others.
pub const SELF: &str = "cluster";

/// Takes a home for a cluster. One in which something else lives is refused: `down` would remove it.
pub fn claim(home: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(home.join("pids")).with_context(|| format!("{} cannot be made", home.display()))?;
    let foreign = ["data", "dojob.lock", "own"].iter().any(|name| home.join(name).exists());
    ensure!(
        home.join(MARK).exists() || !foreign,
        "{} is the home of something else: choose another (DOJOB_HOME)",
        home.display()
    );
    fs::write(home.join(MARK), "made by `cluster`, removed by `cluster down`\n")?;
    Ok(())
}

/// Remembers a process of this home.
pub fn remember(home: &Path, name: &str, pid: u32) -> anyhow::Result<()> {
    let born = born(pid).with_context(|| format!("{name} ended at once"))?;
    fs::write(pid_file(home, name), format!("{pid} {born}\n"))?;
    Ok(())
}

/// Forgets a process that has ended.
pub fn forget(home: &Path, name: &str) {
    // One that was never remembered is forgotten already.
    let _ = fs::remove_file(pid_file(home, name));
}

/// Whether a remembered process still runs.
pub fn runs(home: &Path, name: &str) -> bool {
    remembered(&pid_file(home, name)).is_some()
}

/// Ends what an earlier cluster of this home left; PostgreSQL is left to be adopted.
pub async fn end(home: &Path) -> anyhow::Result<Vec<String>> {
    let mut ended = Vec::new();
    for entry in fs::read_dir(home.join("pids"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if [SELF, "postgres"].contains(&name.as_str()) {
            continue;
        }
        if end_one(home, &name, &[(Signal::KILL, 10)]).await? {
            ended.push(name);
        }
    }
    Ok(ended)
}

/// Ends what a start that was broken off leaves, PostgreSQL too, and keeps the data.
///
/// # Errors
/// Another cluster has the home, or something does not end.
pub async fn clear(home: &Path) -> anyhow::Result<()> {
    let _owner = postgres::lock(&home.join("cluster.lock"))?;
    end(home).await?;
    find_postgres(home)?;
    end_one(home, "postgres", &[(Signal::INT, 60), (Signal::QUIT, 30)]).await?;
    forget(home, SELF);
    Ok(())
}

/// Ends everything of a home and removes it; the names of what was still running.
///
/// # Errors
/// The home is no cluster's, or something in it does not end.
pub async fn down(home: &Path) -> anyhow::Result<Vec<String>> {
    if !home.exists() {
        return Ok(Vec::new());
    }
    ensure!(home.join(MARK).exists(), "{} is not the home of a cluster: it stays", home.display());
    let mut ended = Vec::new();
    if end_one(home, SELF, &[(Signal::TERM, 90), (Signal::KILL, 10)]).await? {
        ended.push(SELF.to_owned());
    }
    let _owner = postgres::lock(&home.join("cluster.lock"))?;
    ended.extend(end(home).await?);
    find_postgres(home)?;
    // QUIT and not KILL: it takes its own children along.
    if end_one(home, "postgres", &[(Signal::QUIT, 30), (Signal::KILL, 10)]).await? {
        ended.push("postgres".to_owned());
    }
    fs::remove_dir_all(home).with_context(|| format!("{} cannot be removed", home.display()))?;
    Ok(ended)
}

/// Remembers a server whose start was broken off before anybody could: its own file says its number, and its command
/// line that it is this home's.
fn find_postgres(home: &Path) -> anyhow::Result<()> {
    let data = home.join("data");
    let text = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    let Some(pid) = text.lines().next().and_then(|line| line.trim().parse().ok()) else { return Ok(()) };
    if command_line(pid).contains(&*data.to_string_lossy()) {
        remember(home, "postgres", pid)?;
    }
    Ok(())
}

fn command_line(pid: u32) -> String {
    let ask = || Command::new("ps").args(["-ww", "-o", "args=", "-p", &pid.to_string()]).output();
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).or_else(|_| ask().map(|output| output.stdout));
    String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned()
}

async fn end_one(home: &Path, name: &str, how: &[(Signal, u64)]) -> anyhow::Result<bool> {
    let file = pid_file(home, name);
    let Some(pid) = remembered(&file) else {
        forget(home, name);
        return Ok(false);
    };
    for (signal, patience) in how {
        match kill_process(pid, *signal) {
            Ok(()) | Err(Errno::SRCH) => {}
            Err(error) => return Err(error).with_context(|| format!("{name} cannot be signalled")),
        }
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(*patience) {
            if remembered(&file).is_none() {
                forget(home, name);
                return Ok(true);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    bail!("{name} (process {}) does not end", pid.as_raw_pid())
}

fn pid_file(home: &Path, name: &str) -> PathBuf {
    home.join("pids").join(name)
}

/// The process that a pid file names, if it is still the same one.
fn remembered(file: &Path) -> Option<Pid> {
    let text = fs::read_to_string(file).ok()?;
    let (pid, then) = text.trim().split_once(' ')?;
    let pid: u32 = pid.parse().ok()?;
    (born(pid)? == then).then(|| Pid::from_raw(i32::try_from(pid).ok()?))?
}

/// When a process began, in the system's own words; `None` when it has ended, collected or not.
fn born(pid: u32) -> Option<String> {
    if Path::new("/proc/self/stat").exists() {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name before the last bracket may hold anything; the state comes first after it, the birth 20th.
        let words: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let state = words.first()?;
        return (!["Z", "X"].contains(state)).then(|| words.get(19).map(|&born| born.to_owned()))?;
    }
    let output = Command::new("ps").args(["-o", "stat=,lstart=", "-p", &pid.to_string()]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let (state, born) = text.split_once(' ')?;
    (!state.starts_with('Z')).then(|| born.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::{fs, process::Command};

    use super::{claim, down, end, remember, remembered, runs};

    #[tokio::test]
    async fn a_number_that_was_used_again_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        claim(home.path()).unwrap();
        let mut other = Command::new("sleep").arg("600").spawn().unwrap();
        remember(home.path(), "core-1", other.id()).unwrap();
        assert!(runs(home.path(), "core-1"));
        // As if a process before it had had the number.
        let file = home.path().join("pids/core-1");
        fs::write(&file, format!("{} an earlier moment\n", other.id())).unwrap();
        assert!(remembered(&file).is_none());
        assert!(end(home.path()).await.unwrap().is_empty());
        assert!(!file.exists());
        assert!(other.try_wait().unwrap().is_none(), "it still runs");
        other.kill().unwrap();
        other.wait().unwrap();
    }

    #[tokio::test]
    async fn down_ends_what_is_left_and_removes_everything() {
        let home = tempfile::tempdir().unwrap().keep();
        claim(&home).unwrap();
        let mut left = Command::new("sleep").arg("600").spawn().unwrap();
        remember(&home, "core-2", left.id()).unwrap();
        assert_eq!(down(&home).await.unwrap(), ["core-2"]);
        assert!(!home.exists());
        assert!(!left.wait().unwrap().success());
    }

    #[tokio::test]
    async fn another_home_is_neither_taken_nor_removed() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("data")).unwrap();
        assert!(claim(home.path()).unwrap_err().to_string().contains("something else"));
        assert!(down(home.path()).await.unwrap_err().to_string().contains("it stays"));
        assert!(home.path().join("data").exists());
    }
}
