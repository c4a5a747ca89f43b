//! What outlives a server's disk: base backups and the archived write-ahead log, and the way back from them.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::{home, server::Server};

/// A directory outside a server's home: a folder for each base backup, and `wal/` for what is archived.
#[derive(Debug, Clone)]
pub struct Vault {
    root: PathBuf,
}

/// How far a restored server follows its archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// As far as there is something.
    End,
    /// Everything that was committed up to this moment, in PostgreSQL's words, and nothing after it.
    Moment(String),
}

impl Vault {
    /// Makes the directory; the server's user may write in it.
    ///
    /// # Errors
    /// It cannot be made, or its path has characters that a shell or PostgreSQL would not take as they are.
    pub fn make(root: &Path) -> Result<Self> {
        let root = std::path::absolute(root)?;
        let plain = |c: char| c.is_alphanumeric() || "/._-".contains(c);
        ensure!(root.to_string_lossy().chars().all(plain), "{} has a path that is not plain", root.display());
        let vault = Self { root };
        fs::create_dir_all(vault.wal()).with_context(|| format!("cannot create {}", vault.root.display()))?;
        home::give_to_server(&vault.root)?;
        home::give_to_server(&vault.wal())?;
        Ok(vault)
    }

    /// Where the archived segments are.
    pub fn wal(&self) -> PathBuf {
        self.root.join("wal")
    }

    /// Where a base backup is.
    pub fn backup(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Settings of a server that archives here, a segment that is not full after `at_most`, too. A segment appears under
    /// its name when it is whole; one that a crash made us archive twice is the same one.
    pub fn settings(&self, at_most: Duration) -> [(String, String); 3] {
        let place = format!("{}/%f", self.wal().display());
        let archive = format!(
            "cmp -s %p {place} || {{ test ! -e {place} && cp %p {place}.part && mv {place}.part {place}; }}"
        );
        [
            ("archive_mode".to_owned(), "on".to_owned()),
            ("archive_command".to_owned(), archive),
            ("archive_timeout".to_owned(), at_most.as_secs().to_string()),
        ]
    }

    /// Puts a base backup where a home's data was. The next start follows the archive to the target, and serves on a
    /// timeline of its own.
    ///
    /// # Errors
    /// There is data, or the backup cannot be copied.
    pub async fn restore(&self, backup: &str, home: &Path, target: &Target) -> Result<()> {
        let data = home.join("data");
        ensure!(!data.exists(), "{} is there: only what is lost is restored", data.display());
        let copied = Command::new("cp").arg("-a").arg(self.backup(backup)).arg(&data).output().await?;
        ensure!(copied.status.success(), "{}", String::from_utf8_lossy(&copied.stderr).trim());
        let moment = match target {
            Target::End => "",
            Target::Moment(moment) => moment,
        };
        // A backup of a server that was restored itself has the target of that time: the last line of a name wins.
        let settings = format!(
            "restore_command = 'cp {}/%f %p'\nrecovery_target_time = '{moment}'\n\
             recovery_target_action = 'promote'\n",
            self.wal().display()
        );
        let mut file = OpenOptions::new().append(true).open(data.join("postgresql.auto.conf"))?;
        file.write_all(settings.as_bytes())?;
        let signal = data.join("recovery.signal");
        fs::write(&signal, "")?;
        home::give_to_server(&signal)
    }
}

impl Server {
    /// Copies the server, while it works, with `pg_basebackup`.
    ///
    /// # Errors
    /// These binaries have no `pg_basebackup` (the pinned build brings none), or it fails.
    pub async fn base_backup(&self, vault: &Vault, name: &str) -> Result<()> {
        let mut copy = self.program("pg_basebackup");
        copy.arg("-d").arg(self.superuser_url("postgres")?).arg("-D").arg(vault.backup(name));
        copy.args(["--checkpoint=fast", "--no-sync", "--label"]).arg(name);
        let done =
            copy.output().await.context("cannot run pg_basebackup: this machine's PostgreSQL has one")?;
        ensure!(done.status.success(), "pg_basebackup: {}", String::from_utf8_lossy(&done.stderr).trim());
        Ok(())
    }
}
