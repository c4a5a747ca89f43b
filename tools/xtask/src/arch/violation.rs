//! The rules by name, and what breaks one.

use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Rules are values in, values out.
    PureDomain,
    /// A store knows rows and domain values, nothing of HTTP or of other contexts.
    NarrowStore,
    /// Nobody else writes SQL.
    SqlInStore,
    /// A context uses another only through its `api`.
    ThroughApi,
    /// Imports run downwards.
    NoCircles,
    /// Crates do not list one another.
    Crates,
    /// Every file is part of a crate.
    Reached,
    /// Events are in `events.rs`, answers to refusals in `problem.rs`.
    Places,
    /// Two apps in one process share nothing.
    NoGlobals,
    /// The clock decides when it is, not the database.
    NoSqlNow,
    /// Settings come through `config`.
    NoEnv,
    Names,
    ModuleDocs,
    Todo,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    pub path: String,
    pub line: usize,
    pub rule: Rule,
    pub words: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {:?}: {}", self.path, self.line, self.rule, self.words)
    }
}
