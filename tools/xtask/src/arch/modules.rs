//! The modules of a crate: where a file stands, and where a path leads through all re-exports.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};

use super::source::{Code, Written};
use crate::tree::{File, SERVICES};

/// How the crates begin that work on the world outside, or know how it is written.
const EFFECTS: &[&str] = &["actix", "diesel", "reqwest", "serde_json", "tokio", "utoipa"];

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

    /// The file itself, or the directory it lies in, is called `part`.
    pub fn is(&self, part: &str) -> bool {
        self.module.contains(&part)
    }
}

/// A Rust file, read.
pub struct Source<'a> {
    pub file: &'a File,
    pub place: Place<'a>,
    pub code: Code<'a>,
}

impl<'a> Source<'a> {
    /// None for what lies outside `src`.
    pub fn of(file: &'a File) -> Option<Result<Self>> {
        let place = Place::of(&file.path)?;
        let code = Code::read(&file.text).with_context(|| format!("cannot read {}", file.path));
        Some(code.map(|code| Self { file, place, code }))
    }

    /// It only computes: nothing outside, no waiting, no SQL.
    fn is_pure(&self) -> bool {
        self.code.waits.is_empty()
            && !self.code.texts.iter().any(|(_, text)| is_sql(text))
            && self.code.paths.iter().all(|path| impure(&path.segments).is_none())
    }
}

/// The modules of one crate.
pub struct Modules<'a> {
    all: BTreeSet<Vec<&'a str>>,
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
            for path in source.code.paths.iter().filter(|p| p.is_use) {
                if let (Some(target), Some(name)) = (modules.resolve(&source.place, path), path.name) {
                    let here = [source.place.module.as_slice(), path.inside.as_slice()].concat();
                    modules.names.insert((here, name), target);
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
                let known = self.names.get(&(here, first));
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
        [first, ..] if EFFECTS.iter().any(|effect| first.starts_with(effect)) => {
            Some("rules have no effects and no wire format")
        }
        ["common", "time" | "ids" | "text", ..]
        | ["common", "http", "FieldError" | "FieldCode" | "field_codes" | "problems"] => None,
        ["common", ..] => Some("of `common`, rules may use time, ids, text, FieldError and codes"),
        _ => None,
    }
}

/// The text begins like a statement.
pub fn is_sql(text: &str) -> bool {
    let text = text.trim_start();
    ["SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "WITH "].iter().any(|verb| text.starts_with(verb))
}
