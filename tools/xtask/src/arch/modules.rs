//! A crate as the rules see it: its files, the modules that they are, and what each path in them leads to.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{
    source::{Kind, Token, Written, code, paths},
    tree::{File, SERVICES},
};

/// What works on the world outside or knows how it is written.
const EFFECTS: &[&str] = &["reqwest", "serde_json", "tokio_postgres"];

/// What is asked of the sources, one line each.
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
    /// Two apps in one process share nothing.
    NoGlobals,
    /// The clock decides when it is, not the database.
    NoSqlNow,
    /// Settings come through `common::config`.
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

/// A Rust file, read.
pub struct Source<'a> {
    pub file: &'a File,
    pub place: Place<'a>,
    pub code: Vec<Token<'a>>,
    pub paths: Vec<Written<'a>>,
}

impl<'a> Source<'a> {
    pub fn of(file: &'a File) -> Option<Self> {
        let place = Place::of(&file.path)?;
        let code = code(&file.text);
        Some(Self { file, place, paths: paths(&code), code })
    }

    pub fn reporter(&self, found: &mut Vec<Violation>) -> impl FnMut(usize, Rule, String) {
        |line, rule, words| found.push(Violation { path: self.file.path.clone(), line, rule, words })
    }

    /// It only computes: nothing outside, no waiting, no SQL.
    pub fn is_pure(&self) -> bool {
        let waits =
            |t: &Token<'_>| t.is("async") || t.is("await") || (t.kind == Kind::Text && is_sql(t.text));
        !self.code.iter().any(waits) && self.paths.iter().all(|p| impure(&p.segments).is_none())
    }
}

/// Where a Rust file stands in its crate.
pub struct Place<'a> {
    /// `services/core`
    pub home: &'a str,
    /// Below `src`, without `.rs` and `mod`.
    pub module: Vec<&'a str>,
    pub is_service: bool,
}

impl<'a> Place<'a> {
    pub fn of(path: &'a str) -> Option<Self> {
        let (home, inside) = path.split_once("/src/")?;
        // `src/bin/drill/` is a crate of its own.
        let program = inside.strip_prefix("bin/").and_then(|rest| rest.split_once('/'));
        let (home, inside) = match program {
            Some((_, inside)) => (path.strip_suffix(inside)?, inside),
            None => (home, inside),
        };
        let mut module: Vec<&str> = inside.strip_suffix(".rs")?.split('/').collect();
        let name = module.pop()?;
        if !["mod", "lib", "main"].contains(&name) {
            module.push(name);
        }
        let is_service = home.strip_prefix("services/").is_some_and(|name| SERVICES.contains(&name));
        Some(Self { home, module, is_service })
    }

    /// The context directory; none for files beside `lib.rs`.
    pub fn context(&self, modules: &Modules<'_>) -> Option<&'a str> {
        self.module.first().copied().filter(|first| modules.has_context(first))
    }

    /// The file itself, or the directory it lies in, is called `part`.
    pub fn is(&self, part: &str) -> bool {
        self.module.contains(&part)
    }
}

/// The modules of one crate.
pub struct Modules<'a> {
    pub all: BTreeSet<Vec<&'a str>>,
    pub pure: BTreeSet<Vec<&'a str>>,
    /// What a module calls by another name: (module, name) → where it really is.
    pub names: BTreeMap<(Vec<&'a str>, &'a str), Vec<&'a str>>,
}

impl<'a> Modules<'a> {
    pub fn of(sources: &[&Source<'a>]) -> Self {
        let module = |s: &&Source<'a>| s.place.module.clone();
        let all = sources.iter().map(module).collect();
        let pure = sources.iter().filter(|s| s.is_pure()).map(module).collect();
        let mut modules = Self { all, pure, names: BTreeMap::new() };
        for source in sources {
            for path in source.paths.iter().filter(|p| p.is_use) {
                if let (Some(target), Some(name)) = (modules.resolve(&source.place, path), path.name) {
                    modules.names.insert((source.place.module.clone(), name), target);
                }
            }
        }
        modules
    }

    pub fn has(&self, module: &[&str]) -> bool {
        self.all.iter().any(|m| m.starts_with(module))
    }

    /// A context is a directory beside `lib.rs`.
    pub fn has_context(&self, name: &str) -> bool {
        self.all.iter().any(|m| m.len() > 1 && m.first() == Some(&name))
    }

    /// What a path leads to inside the crate, or `None` if it leads outside.
    pub fn resolve(&self, place: &Place<'a>, written: &Written<'a>) -> Option<Vec<&'a str>> {
        let mut here = place.module.clone();
        here.extend(&written.inside);
        let mut segments = written.segments.as_slice();
        let first = *segments.first()?;
        match first {
            "crate" => here.clear(),
            "self" | "super" => {}
            _ if self.has(&[here.as_slice(), &[first]].concat()) => {
                here.extend(segments);
                return Some(here);
            }
            _ => {
                // `use crate::hours;` above, `hours::post()` here.
                let known = self.names.get(&(place.module.clone(), first));
                let known = known.filter(|known| !written.is_use && self.has(known))?;
                return Some([known.as_slice(), segments.get(1..)?].concat());
            }
        }
        while let Some((&word, rest)) =
            segments.split_first().filter(|(w, _)| ["crate", "self", "super"].contains(w))
        {
            if word == "super" {
                here.pop();
            }
            segments = rest;
        }
        here.extend(segments);
        Some(here)
    }

    /// The module in which the thing at `target` is written, through all re-exports, and the name it has there.
    pub fn home_of(&self, target: &[&'a str]) -> (Vec<&'a str>, Option<&'a str>) {
        let mut target = target.to_vec();
        for _hop in 0..8 {
            let shown = (1..=target.len()).rev().find_map(|end| {
                let (shown, rest) = target.split_at(end);
                let (name, module) = shown.split_last().filter(|_| rest.is_empty() || !self.has(shown))?;
                let elsewhere =
                    self.names.get(&(module.to_vec(), *name)).filter(|elsewhere| *elsewhere != shown)?;
                Some([elsewhere.as_slice(), rest].concat())
            });
            if let Some(elsewhere) = shown {
                target = elsewhere;
                continue;
            }
            let depth =
                (0..=target.len()).rev().find(|end| target.get(..*end).is_some_and(|m| self.all.contains(m)));
            let (module, rest) = target.split_at(depth.unwrap_or(0));
            return (module.to_vec(), rest.first().copied());
        }
        (target, None)
    }
}

/// Why a domain file may not use what this leads to.
pub fn impure(segments: &[&str]) -> Option<&'static str> {
    match segments {
        // What a FieldError tells a form, and the derive that lets a domain value be its own view.
        ["serde_json", "json"] | ["utoipa", "ToSchema"] => None,
        [first, ..] if EFFECTS.contains(first) => Some("rules have no effects and no wire format"),
        [first, ..] if ["actix", "diesel", "tokio", "utoipa"].iter().any(|f| first.starts_with(f)) => {
            Some("rules have no effects and no wire format")
        }
        ["common", "time" | "ids" | "text", ..] | ["common", "http", "FieldError"] => None,
        ["common", ..] => Some("of `common`, rules may use time, ids, text and FieldError"),
        _ => None,
    }
}

/// Parts of diesel that run or build statements; its types may pass through any hand.
pub fn is_query(segments: &[&str]) -> bool {
    match segments {
        ["diesel", "QueryResult"] | ["diesel", "result", ..] | ["diesel_async", "AsyncPgConnection"] | [] => {
            false
        }
        [first, ..] => ["diesel", "diesel_async", "tokio_postgres"].contains(first),
    }
}

pub fn is_sql(text: &str) -> bool {
    let text = text.trim_start();
    ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH "].iter().any(|verb| text.starts_with(verb))
}
