//! `demo`: forgets the practice neighbourhood of this computer. The next `dojob` makes a new one.

use std::{fs, path::Path};

use anyhow::{Context, Result, ensure};

use crate::home::{home, wait_for};

/// `dojob` writes these when it has made the neighbourhood, and while it does.
const MARKS: [&str; 2] = ["demo.loaded", "demo.loading"];

pub fn run() -> Result<()> {
    let home = home()?;
    if MARKS.iter().all(|mark| !home.join(mark).exists()) {
        ensure!(
            !home.join("data").exists(),
            "{} holds no practice neighbourhood: it stays as it is",
            home.display()
        );
        println!("there is no practice neighbourhood in {}", home.display());
        return Ok(());
    }
    // Whoever holds this is `dojob` itself, or another of us.
    let _owner = postgres::lock(&home.join("dojob.lock")).context("stop dojob first")?;
    // A killed program leaves its server running, with files open in what is about to go.
    wait_for(postgres::stop_shared(&home))?;
    forget(&home)?;
    println!("the practice neighbourhood in {} is forgotten", home.display());
    Ok(())
}

/// The data goes in one step, so that a half-deleted cluster is never started; then the marks; then the files.
fn forget(home: &Path) -> Result<()> {
    let (data, old) = (home.join("data"), home.join("data.forgotten"));
    let empty = || if old.exists() { fs::remove_dir_all(&old) } else { Ok(()) };
    empty()?;
    if data.exists() {
        fs::rename(&data, &old).with_context(|| format!("cannot move {}", data.display()))?;
    }
    for mark in MARKS.map(|mark| home.join(mark)).iter().filter(|mark| mark.exists()) {
        fs::remove_file(mark)?;
    }
    Ok(empty()?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::forget;

    #[test]
    fn only_the_data_and_its_mark_go() {
        let home = tempfile::tempdir().unwrap();
        for dir in ["data/base", "data.forgotten", "secrets", "postgresql"] {
            fs::create_dir_all(home.path().join(dir)).unwrap();
        }
        for file in ["demo.loaded", "secrets/postgres", "data/PG_VERSION", "clock"] {
            fs::write(home.path().join(file), "x").unwrap();
        }
        forget(home.path()).unwrap();
        let mut left: Vec<_> = fs::read_dir(home.path()).unwrap().flatten().map(|e| e.file_name()).collect();
        left.sort();
        assert_eq!(left, ["clock", "postgresql", "secrets"]);
        assert!(home.path().join("secrets/postgres").exists());
    }
}
