//! `arch`: who may import what, where things stand, and that all of it runs in one direction. See
//! docs/ADDING-AN-OPERATION.md for the shape that this keeps.

mod cycles;
mod dependencies;
mod modules;
mod pure;
mod rules;
mod source;
#[cfg(test)]
mod tests;
mod violation;

use std::collections::BTreeSet;

use anyhow::{Result, ensure};

use crate::tree::{File, files};
use modules::{Modules, Source};
use violation::{Rule, Violation};

pub use rules::CHASSIS;
pub use source::{shipped, shipped_words};

/// What is allowed although a rule refuses it: where (the start of a path), which rule, and why.
const ALLOWED: &[(&str, Rule, &str)] = &[(
    "crates/regions/src/table.rs",
    Rule::NoGlobals,
    "a table that nobody can change: one copy serves both services",
)];

pub fn run() -> Result<()> {
    let mut sources = Vec::new();
    for directory in ["services", "crates", "tools", "web/src"] {
        sources.extend(files(directory, &[".rs", ".sql", ".ts", ".tsx"])?);
    }
    let mut violations = scan(&sources)?;
    violations.extend(dependencies::check(&dependencies::packages()?));
    let mut unused: Vec<_> = ALLOWED.iter().collect();
    violations.retain(|v| {
        let excuse = |(path, rule, _): &(&str, Rule, &str)| v.path.starts_with(path) && v.rule == *rule;
        unused.retain(|allowed| !excuse(allowed));
        !ALLOWED.iter().any(excuse)
    });
    for violation in &violations {
        println!("{violation}");
    }
    for (path, rule, reason) in &unused {
        println!("{path}: {rule:?}: no longer needed among the exceptions ({reason})");
    }

    ensure!(violations.is_empty() && unused.is_empty(), "{} violations", violations.len() + unused.len());
    Ok(())
}

/// Everything that single files can do wrong.
fn scan(sources: &[File]) -> Result<Vec<Violation>> {
    let mut found = Vec::new();
    for file in sources.iter().filter(|f| !f.is("rs")) {
        rules::text(file, &mut found);
    }
    let rust: Vec<_> = sources.iter().filter_map(Source::of).collect::<Result<_>>()?;
    let crates: BTreeSet<_> = rust.iter().map(|s| s.place.home).collect();
    for source in &rust {
        rules::rust(source, &mut found);
    }
    for home in crates {
        let of_crate: Vec<_> = rust.iter().filter(|s| s.place.home == home).collect();
        let modules = Modules::of(&of_crate);
        found.extend(cycles::circles(&of_crate, &modules));
        for source in of_crate.into_iter().filter(|s| s.place.is_service && !s.place.is("tests")) {
            rules::service(source, &modules, &mut source.reporter(&mut found));
        }
    }
    found.sort();
    Ok(found)
}
