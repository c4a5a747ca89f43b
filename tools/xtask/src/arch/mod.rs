//! `arch`: who may import what, where things stand, and that all of it runs in one direction. See
//! docs/ADDING-AN-OPERATION.md for the shape that this keeps.

mod cycles;
mod dependencies;
mod modules;
mod reached;
mod rules;
mod source;
#[cfg(test)]
mod tests;
mod violation;

use std::collections::BTreeMap;

use anyhow::{Result, ensure};

use crate::tree::{File, files};
use modules::{Modules, Source};
use violation::{Rule, Violation};

pub use source::words;

/// What is allowed although a rule refuses it: where (the start of a path), which rule, and why.
const ALLOWED: &[(&str, Rule, &str)] = &[
    (
        "crates/regions/src/table.rs",
        Rule::NoGlobals,
        "a table that nobody can change: one copy serves both services",
    ),
    (
        "crates/pg/src/pool.rs",
        Rule::NoGlobals,
        "what belongs to a thread is found by it; each pool has its own share there",
    ),
];

pub fn run() -> Result<()> {
    let (mut sources, mut manifests) = (Vec::new(), Vec::new());
    for directory in ["services", "crates", "tools", "web/src"] {
        sources.extend(files(directory, &[".rs", ".sql", ".ts", ".tsx"])?);
        manifests.extend(files(directory, &["/Cargo.toml"])?);
    }
    let mut violations = scan(&sources)?;
    violations.extend(reached::unreached(&sources, &manifests));
    violations.extend(dependencies::check(&dependencies::packages()?));
    for (path, rule, reason) in ALLOWED {
        let before = violations.len();
        violations.retain(|v| !(v.path.starts_with(path) && v.rule == *rule));
        let words = format!("no longer needed among the exceptions ({reason})");
        let unused = Violation { path: (*path).to_owned(), line: 1, rule: *rule, words };
        violations.extend((violations.len() == before).then_some(unused));
    }
    for violation in &violations {
        println!("{violation}");
    }
    ensure!(violations.is_empty(), "{} violations", violations.len());
    Ok(())
}

/// Everything that files can do wrong, alone and as a crate.
fn scan(sources: &[File]) -> Result<Vec<Violation>> {
    let mut found = Vec::new();
    let mut report = |file: &File, line, rule, words| {
        found.push(Violation { path: file.path.clone(), line, rule, words });
    };
    for file in sources {
        rules::text(file, &mut |line, rule, words| report(file, line, rule, words));
    }
    let rust: Vec<_> = sources.iter().filter_map(Source::of).collect::<Result<_>>()?;
    let mut crates: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for source in &rust {
        crates.entry(source.place.home).or_default().push(source);
    }
    let mut circles = Vec::new();
    for sources in crates.values() {
        let modules = Modules::of(sources);
        circles.extend(cycles::circles(sources, &modules));
        for source in sources.iter().filter(|s| !s.place.is("tests")) {
            let mut report = |line, rule, words| report(source.file, line, rule, words);
            rules::rust(source, &mut report);
            if source.place.is_service {
                rules::service(source, &modules, &mut report);
            }
        }
    }
    found.extend(circles);
    found.sort();
    Ok(found)
}
