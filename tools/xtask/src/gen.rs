//! `gen`: writes `contracts/` and the web's types from the code. Review the difference before committing it.

use std::{fs, process::Command};

use anyhow::{Context, Result, ensure};

use crate::{
    asyncapi, catalogue, problems,
    published::Published,
    tree::{SERVICES, root},
};

pub fn run() -> Result<()> {
    let cargo = crate::home::setting("CARGO").unwrap_or_else(|| "cargo".to_owned());
    let packages = SERVICES.iter().flat_map(|service| ["--package".to_owned(), format!("dojob-{service}")]);
    // Where an event is nobody else's business, its sample is a unit test beside it, in a module `contracts`.
    // Consumers play what producers have just written, so one service's failure must not hide the others' files.
    let mut tests = Command::new(cargo);
    tests
        .args(["test", "--quiet", "--no-fail-fast", "--lib", "--test", "api", "--test", "chassis"])
        .args(packages)
        .args(["--package", "dojob-common", "--", "contracts", "the_codes_of_the_chassis"]);
    let tested = run_in("", tests.env("DOJOB_UPDATE_CONTRACTS", "1"));

    events()?;
    let typed = run_in("web", Command::new("npm").args(["run", "--silent", "api"]));
    tested.and(typed)
}

/// What is made from the other contracts: the AsyncAPI document, the catalogue for people and that of problem codes.
pub fn events() -> Result<()> {
    let published = Published::read("contracts")?;
    write(problems::CATALOGUE, &problems::text(&published))?;
    write(asyncapi::DOCUMENT, &asyncapi::text(&published)?)?;
    let page = fs::read_to_string(root().join(catalogue::PAGE))
        .with_context(|| format!("cannot read {}", catalogue::PAGE))?;
    write(catalogue::PAGE, &catalogue::page(&page, &published)?)
}

fn write(path: &str, text: &str) -> Result<()> {
    fs::write(root().join(path), text).with_context(|| format!("cannot write {path}"))?;
    println!("{path}");
    Ok(())
}

fn run_in(directory: &str, command: &mut Command) -> Result<()> {
    let status = command
        .current_dir(root().join(directory))
        .status()
        .with_context(|| format!("cannot run {command:?}"))?;
    ensure!(status.success(), "{command:?} failed");
    Ok(())
}
