//! What may stand in a file, and what it may use.

use super::{
    modules::{Modules, Place, Source},
    pure::{impure, is_sql},
    source::{Code, Written},
    violation::{Rule, Violation},
};
use crate::tree::File;

/// The crates of the chassis, and the one of them that services name.
pub const CHASSIS: &[&str] =
    &["crates/kernel", "crates/pg", "crates/events", "crates/http", "crates/service", FACE];
const FACE: &str = "crates/common";

/// Who reads the environment.
const CONFIG: &[&str] = &["crates/kernel/src/config.rs", "crates/common/src/config.rs"];

/// Names that say nothing about what a module is for.
const VAGUE: &[&str] =
    &["util", "utils", "helper", "helpers", "manager", "managers", "misc", "impl", "base", "common"];
/// Nor may the chassis have these: a product noun would move in.
const VAGUE_IN_CHASSIS: &[&str] = &["types", "models", "dto"];

const SHARED_CELLS: &[&str] = &[
    "Mutex",
    "RwLock",
    "OnceLock",
    "OnceCell",
    "LazyLock",
    "LazyCell",
    "Lazy",
    "Cell",
    "RefCell",
    "UnsafeCell",
];
const PRESENT_IN_SQL: &[&str] = &[
    "now()",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtimestamp",
    "clock_timestamp()",
    "statement_timestamp()",
    "transaction_timestamp()",
];

/// What a text file of another kind can do wrong.
pub fn text(file: &File, found: &mut Vec<Violation>) {
    for (line, text) in (1..).zip(file.text.lines()) {
        let mut report =
            |rule, words: String| found.push(Violation { path: file.path.clone(), line, rule, words });
        if let Some(words) = unnumbered(text) {
            report(Rule::Todo, words);
        }
        let statement = text.split("--").next().unwrap_or_default();
        if file.is("sql")
            && let Some(word) = present_in(statement)
        {
            report(Rule::NoSqlNow, format!("`{word}` is the database's time, not the clock's"));
        }
    }
}

/// A mark for later without the number of an issue.
fn unnumbered(text: &str) -> Option<String> {
    let word = text.split(|c: char| !c.is_alphanumeric()).find(|w| ["TODO", "FIXME", "XXX"].contains(w))?;
    let numbered = text.split('#').skip(1).any(|after| after.starts_with(|c: char| c.is_ascii_digit()));
    (!numbered).then(|| format!("{word} names no issue (#123)"))
}

fn present_in(sql: &str) -> Option<&'static str> {
    let sql = sql.to_ascii_lowercase();
    PRESENT_IN_SQL.iter().copied().find(|word| {
        let starts_a_word = |at: usize| {
            !sql.get(..at).is_some_and(|b| b.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        sql.match_indices(word).any(|(at, _)| starts_a_word(at))
    })
}

/// What one Rust file can do wrong, wherever it is.
pub fn rust(source: &Source<'_>, found: &mut Vec<Violation>) {
    let Source { file, place, code } = source;
    let mut report = source.reporter(found);
    for (line, comment) in &code.comments {
        for (line, text) in (*line..).zip(comment.lines()) {
            if let Some(words) = unnumbered(text) {
                report(line, Rule::Todo, words);
            }
        }
    }
    if place.is("tests") {
        return;
    }
    if !(file.text.starts_with("//!") || file.text.starts_with("#![doc = include_str!")) {
        report(1, Rule::ModuleDocs, "starts without //! and what this module is".to_owned());
    }
    let vague_here = if CHASSIS.contains(&place.home) { VAGUE_IN_CHASSIS } else { &[] };
    if let Some(name) = place.module.iter().find(|name| VAGUE.contains(name) || vague_here.contains(name)) {
        report(1, Rule::Names, format!("`{name}` says nothing about what is inside"));
    }
    if place.home == FACE {
        for path in code.paths.iter().filter(|p| p.is_public && p.segments.last() == Some(&"*")) {
            report(path.line, Rule::Crates, "the face names what it shows".to_owned());
        }
    }
    let ships = place.is_service || CHASSIS.contains(&place.home);
    if !(ships || ["crates/regions", "crates/standalone"].contains(&place.home)) {
        return;
    }
    globals(code, &mut report);
    for (line, text) in &code.texts {
        if let Some(word) = present_in(text).filter(|_| text.contains(' ') || text.ends_with("()")) {
            report(*line, Rule::NoSqlNow, format!("`{word}` is the database's time, not the clock's"));
        }
    }
    for path in code.paths.iter().filter(|p| p.segments.starts_with(&["std", "env"])) {
        let reads = path.segments.get(2).is_none_or(|w| w.starts_with("var") || *w == "*");
        if reads && !CONFIG.contains(&file.path.as_str()) {
            report(path.line, Rule::NoEnv, "settings come through common::config::Env".to_owned());
        }
    }
}

/// `static` with something inside that can change, or that is made once for the whole process.
fn globals(code: &Code<'_>, report: &mut impl FnMut(usize, Rule, String)) {
    for (line, kind) in &code.statics {
        let is_shared = |word: &&&str| {
            SHARED_CELLS.contains(word)
                || word.starts_with("Atomic")
                || ["mut", "thread_local!"].contains(word)
        };
        if let Some(word) = kind.iter().find(is_shared) {
            report(*line, Rule::NoGlobals, format!("a static `{word}` is shared by all apps of a process"));
        }
    }
}

/// What a file of a service can do wrong.
pub fn service<'a>(source: &Source<'a>, modules: &Modules<'a>, report: &mut impl FnMut(usize, Rule, String)) {
    let Source { file, place, code } = source;
    let (domain, store) = (place.is("domain"), place.is("store"));
    let tables = store || place.is("schema");
    if domain {
        for line in &code.waits {
            report(*line, Rule::PureDomain, "a rule waits for nothing".to_owned());
        }
    }
    if !tables {
        for (line, _) in code.texts.iter().filter(|(_, text)| is_sql(text)) {
            report(*line, Rule::SqlInStore, "SQL belongs into this context's store.rs".to_owned());
        }
    }
    for (line, words) in &code.impls {
        let is = |pattern: &[&str]| words.windows(pattern.len()).any(|part| part == pattern);
        let name = file.path.rsplit('/').next().unwrap_or_default();
        if is(&["Event", "for"]) && name != "events.rs" {
            report(*line, Rule::Places, "a context's events stand in its events.rs".to_owned());
        }
        if words.contains(&"From") && is(&["for", "Problem"]) && name != "problem.rs" {
            report(
                *line,
                Rule::Places,
                "what a refusal answers stands in this context's problem.rs".to_owned(),
            );
        }
    }
    for path in &code.paths {
        let shown = path.segments.join("::");
        if let Some(target) = modules.resolve(place, path) {
            if let Some((rule, words)) = local_path(place, modules, path, &target) {
                report(path.line, rule, format!("`{}`: {words}", target.join("::")));
            }
        } else if domain {
            if let Some(why) = impure(&path.segments) {
                report(path.line, Rule::PureDomain, format!("`{shown}`: {why}"));
            }
        } else if store {
            if let Some(why) = too_wide(&path.segments) {
                report(path.line, Rule::NarrowStore, format!("`{shown}`: {why}"));
            }
        } else if !tables && is_query(&path.segments) {
            report(path.line, Rule::SqlInStore, format!("`{shown}` is for this context's store.rs"));
        }
    }
}

/// What is wrong with a path that stays inside the service.
fn local_path<'a>(
    place: &Place<'a>,
    modules: &Modules<'a>,
    path: &Written<'a>,
    target: &[&'a str],
) -> Option<(Rule, String)> {
    let first = *target.first()?;
    let own = place.context(modules);
    let is_foreign = modules.has_context(first) && own != Some(first);
    // The second word, if it is a file of that context.
    let part = target.get(1).copied().filter(|_| target.get(..2).is_some_and(|module| modules.has(module)));
    // `hours::post` may be what hours/mod.rs shows of hours/post.rs.
    let part = part.filter(|part| target.len() > 2 || !modules.names.contains_key(&(vec![first], part)));
    let is_hidden = part.is_some_and(|part| ["store", "schema"].contains(&part));
    if is_foreign && part.is_some_and(|part| part != "api") {
        // `lib.rs` puts the contexts together.
        if !place.module.is_empty() || is_hidden {
            return Some((
                Rule::ThroughApi,
                format!("use what `{first}` shows in its mod.rs or api.rs, or add to it"),
            ));
        }
    }
    if own == Some(first) && place.module.len() == 1 && path.is_public && is_hidden {
        return Some((
            Rule::ThroughApi,
            "a context shows no store to others: put a function into its api".to_owned(),
        ));
    }

    let (home, name) = modules.home_of(target);
    // `use crate::hours;` alone says nothing: what is called through it does.
    if name.is_none() && path.is_use && home.len() == 1 && modules.has_context(first) {
        return None;
    }
    let is_pure = modules.pure.contains(&home);
    if place.is("domain") && !is_pure {
        return Some((Rule::PureDomain, "it is written in a module that is not pure".to_owned()));
    }
    let is_type = name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
    let is_near = home.iter().any(|part| ["schema", "store", "view"].contains(part)) && !is_foreign;
    if place.is("store") && !(is_pure || is_type || is_near) {
        return Some((
            Rule::NarrowStore,
            "a store uses tables, types and pure functions, and calls nobody".to_owned(),
        ));
    }
    None
}

/// Why a store may not use what this leads to.
fn too_wide(segments: &[&str]) -> Option<&'static str> {
    match segments {
        ["common", "db" | "time" | "ids" | "text", ..] => None,
        ["common", ..] => Some("of `common`, a store uses db, time, ids and text"),
        [first, ..] if first.starts_with("actix") || ["reqwest", "utoipa", "tokio"].contains(first) => {
            Some("a store answers rows to whoever asks")
        }
        _ => None,
    }
}

/// Parts of diesel that run or build statements; its types may pass through any hand.
fn is_query(segments: &[&str]) -> bool {
    match segments {
        ["diesel", "QueryResult"] | ["diesel", "result", ..] | ["diesel_async", "AsyncPgConnection"] | [] => {
            false
        }
        [first, ..] => ["diesel", "diesel_async", "tokio_postgres"].contains(first),
    }
}
