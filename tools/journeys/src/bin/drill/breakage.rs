//! Ways to restore wrongly: a drill that cannot fail proves nothing.

use std::{fs, path::Path};

use anyhow::{Context, ensure};
use clap::ValueEnum;
use dojob_journeys::chaos::observations::SERVICES;
use postgres::{Binaries, Options, Server, Target, Vault};

use crate::{disaster::Disaster, recovery::until_recovered};

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Breakage {
    /// A segment in the middle of the archive is lost.
    Wal,
    /// The logs are not published again.
    Replay,
    /// Core's database comes from an earlier moment than the others.
    Moment,
    /// The topics of before stay: they tell of what has not happened.
    Kafka,
}

impl Breakage {
    /// The disaster after which it shows.
    pub fn shows_after(self) -> Disaster {
        match self {
            Self::Wal | Self::Replay | Self::Moment => Disaster::Loss,
            // There Kafka has gone on longer than what is restored.
            Self::Kafka => Disaster::Deletion,
        }
    }
}

/// Loses the segment in the middle of those behind `after`.
pub fn lose_segment(vault: &Vault, after: &str) -> anyhow::Result<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(vault.wal())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.len() == 24 && name.as_str() > after {
            names.push(name);
        }
    }
    names.sort();
    let middle = names.len().saturating_sub(1) / 2;
    let name = names.get(middle).with_context(|| format!("no segment was archived behind {after}"))?;
    fs::remove_file(vault.wal().join(name))?;
    Ok(name.clone())
}

/// Restores the base backup once more, beside, to `moment`, and puts core's database of that time in the place of core's.
pub async fn mix_moments(
    server: &Server,
    vault: &Vault,
    backup: &str,
    moment: &str,
    home: &Path,
) -> anyhow::Result<()> {
    let beside = vault.backup("beside");
    fs::create_dir_all(beside.join("secrets"))?;
    // The passwords of its roles are in the backup.
    fs::copy(home.join("secrets/postgres"), beside.join("secrets/postgres"))?;
    vault.restore(backup, &beside, &Target::Moment(moment.to_owned())).await?;
    // As many connections as it had: a server that follows a log refuses fewer.
    let options = Options::new(&beside, Binaries::Machine).set("max_connections", "200");
    let other = Server::start(options).await?;
    let moved = async {
        until_recovered(&other).await?;
        let (name, dump) = (format!("dojob_{}", SERVICES[0]), vault.backup("core.sql"));
        let mut take = other.program("pg_dump");
        take.args(["--clean", "--if-exists", "-d"]).arg(other.superuser_url(&name)?).arg("-f").arg(&dump);
        let taken = take.output().await?;
        ensure!(taken.status.success(), "pg_dump: {}", String::from_utf8_lossy(&taken.stderr));
        let mut put = server.program("psql");
        put.args(["-q", "-v", "ON_ERROR_STOP=1", "-d"])
            .arg(server.superuser_url(&name)?)
            .arg("-f")
            .arg(&dump);
        let done = put.output().await?;
        ensure!(done.status.success(), "psql: {}", String::from_utf8_lossy(&done.stderr));
        Ok(())
    };
    let moved = moved.await;
    other.stop().await?;
    moved
}
