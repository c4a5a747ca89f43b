//! The jars: fetched by Maven once, whole or not at all.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail, ensure};
use rustix::fs::{FlockOperation, flock};

const POM: &str = include_str!("../pom.xml");

/// Names the directory of the jars; the same version as in `pom.xml`.
const VERSION: &str = "4.1.1";

/// The class path of Kafka, after fetching it if need be.
pub fn class_path(cache: &Path) -> Result<String> {
    let jars = cache.join(format!("kafka-{VERSION}"));
    if !jars.exists() {
        fs::create_dir_all(cache)?;
        let lock = File::create(cache.join("kafka.lock"))?;
        // Another test may be fetching them at this moment.
        flock(&lock, FlockOperation::LockExclusive)?;
        if !jars.exists() {
            fetch(cache, &jars)?;
        }
    }
    Ok(format!("{}/*", jars.display()))
}

fn fetch(cache: &Path, jars: &Path) -> Result<()> {
    ensure!(POM.contains(&format!("<version>{VERSION}</version>")), "pom.xml names another version");
    let draft: PathBuf = cache.join("kafka.new");
    if draft.exists() {
        fs::remove_dir_all(&draft)?;
    }
    fs::create_dir_all(&draft)?;
    let pom = draft.join("pom.xml");
    fs::write(&pom, POM)?;
    let output = Command::new("mvn")
        .args(["--quiet", "--batch-mode", "--file"])
        .arg(&pom)
        .arg("dependency:copy-dependencies")
        .arg(format!("-DoutputDirectory={}", draft.join("jars").display()))
        .output()
        .context("Apache Maven fetches Kafka: install it (apt-get install maven)")?;
    if !output.status.success() {
        bail!("Maven could not fetch Kafka:\n{}", String::from_utf8_lossy(&output.stdout));
    }
    fs::rename(draft.join("jars"), jars)?;
    fs::remove_dir_all(&draft)?;
    Ok(())
}
