//! What may stand in a file, and what it may use.

use super::{
    modules::{Modules, Place, Source, impure, is_sql},
    source::Written,
    violation::Rule,
};
use crate::tree::File;

/// The crates of the chassis.
pub const CHASSIS: &[&str] =
    &["crates/kernel", "crates/pg", "crates/events", "crates/http", "crates/service", "crates/common"];

/// What else runs as a part of the product.
const SHIPPED: &[&str] = &["crates/mailbox", "crates/regions", "crates/standalone"];

/// Who reads the environment.
const CONFIG: &str = "crates/kernel/src/config.rs";

/// Names that say nothing about what a module is for.
const VAGUE: &[&str] =
    &["util", "utils", "helper", "helpers", "manager", "managers", "misc", "impl", "base", "common"];
/// Nor may the chassis have these: a product noun would move in.
const VAGUE_IN_CHASSIS: &[&str] = &["types", "models", "dto"];

/// What a `static` may not hold: it can change, or is made once for the whole process.
const SHARED: &[&str] = &["Mutex", "RwLock", "Once", "Lazy", "Cell", "RefCell", "UnsafeCell", "Atomic"];

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
const PRESENT: &str = "is the database's time, not the clock's";

/// What any text can do wrong; of Rust, its comments.
pub fn text(file: &File, report: &mut impl FnMut(usize, Rule, String)) {
    let mut is_open = false;
    for (line, text) in (1..).zip(file.text.lines()) {
        let is_rust = file.is("rs");
        let begin = ["//", "/*"].iter().filter_map(|mark| text.find(mark)).min();
        let begin = if is_rust && !is_open { begin.unwrap_or(text.len()) } else { 0 };
        let comment = text.get(begin..).unwrap_or_default();
        is_open = is_rust && (is_open || comment.starts_with("/*")) && !comment.contains("*/");
        if let Some(words) = unnumbered(comment) {
            report(line, Rule::Todo, words);
        }
        let statement = text.split("--").next().unwrap_or_default();
        if let Some(word) = present_in(statement).filter(|_| file.is("sql")) {
            report(line, Rule::NoSqlNow, format!("`{word}` {PRESENT}"));
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
    let is_word = |at: usize| {
        !sql.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    PRESENT_IN_SQL.iter().copied().find(|word| sql.match_indices(word).any(|(at, _)| is_word(at)))
}

/// What one Rust file can do wrong, wherever it is.
pub fn rust(Source { file, place, code }: &Source<'_>, report: &mut impl FnMut(usize, Rule, String)) {
    if !(file.text.starts_with("//!") || file.text.starts_with("#![doc = include_str!")) {
        report(1, Rule::ModuleDocs, "starts without //! and what this module is".to_owned());
    }
    let is_chassis = CHASSIS.contains(&place.home);
    let is_vague = |name: &&&str| VAGUE.contains(name) || is_chassis && VAGUE_IN_CHASSIS.contains(name);
    if let Some(name) = place.module.iter().find(is_vague) {
        report(1, Rule::Names, format!("`{name}` says nothing about what is inside"));
    }
    if !(place.is_service || is_chassis || SHIPPED.contains(&place.home)) {
        return;
    }
    for (line, kind) in &code.statics {
        let is_shared = |word: &&String| {
            SHARED.iter().any(|shared| word.starts_with(shared))
                || ["mut", "thread_local"].contains(&word.as_str())
        };
        if let Some(word) = kind.iter().find(is_shared) {
            report(*line, Rule::NoGlobals, format!("a static `{word}` is shared by all apps of a process"));
        }
    }
    for (line, text) in &code.texts {
        if let Some(word) = present_in(text).filter(|_| text.contains(' ') || text.ends_with("()")) {
            report(*line, Rule::NoSqlNow, format!("`{word}` {PRESENT}"));
        }
    }
    for path in code.paths.iter().filter(|p| p.segments.starts_with(&["std", "env"])) {
        let reads = path.segments.get(2).is_none_or(|w| w.starts_with("var") || *w == "*");
        if reads && file.path != CONFIG {
            report(path.line, Rule::NoEnv, "settings come through common::config::Env".to_owned());
        }
    }
}

/// What a file of a service can do wrong.
pub fn service<'a>(source: &Source<'a>, modules: &Modules<'a>, report: &mut impl FnMut(usize, Rule, String)) {
    let Source { file, place, code } = source;
    let (domain, store) = (place.is("domain"), place.is("store"));
    let tables = store || place.is("schema");
    for line in code.waits.iter().filter(|_| domain) {
        report(*line, Rule::PureDomain, "a rule waits for nothing".to_owned());
    }
    for (line, _) in code.texts.iter().filter(|(_, text)| !tables && is_sql(text)) {
        report(*line, Rule::SqlInStore, "SQL belongs into this context's store.rs".to_owned());
    }
    for (line, words) in &code.impls {
        let is = |pattern: &[&str]| words.windows(pattern.len()).any(|part| part == pattern);
        if is(&["Event", "for"]) && !file.path.ends_with("/events.rs") {
            report(*line, Rule::Places, "a context's events stand in its events.rs".to_owned());
        }
        if is(&["From"]) && is(&["for", "Problem"]) && !file.path.ends_with("/problem.rs") {
            report(
                *line,
                Rule::Places,
                "what a refusal answers stands in this context's problem.rs".to_owned(),
            );
        }
    }
    for path in &code.paths {
        let segments = path.segments.as_slice();
        let wrong = if let Some(target) = modules.resolve(place, path) {
            local(place, modules, path, &target)
        } else if domain {
            impure(segments).map(|why| (Rule::PureDomain, why.to_owned()))
        } else if store {
            too_wide(segments).map(|why| (Rule::NarrowStore, why.to_owned()))
        } else {
            let is_wrong = !tables && is_query(segments);
            is_wrong.then(|| (Rule::SqlInStore, "this is for the context's store.rs".to_owned()))
        };
        if let Some((rule, words)) = wrong {
            report(path.line, rule, format!("`{}`: {words}", segments.join("::")));
        }
    }
}

/// What is wrong with a path that stays inside the service.
fn local<'a>(
    place: &Place<'a>,
    modules: &Modules<'a>,
    path: &Written<'a>,
    target: &[&'a str],
) -> Option<(Rule, String)> {
    let first = *target.first()?;
    let own = place.module.first().filter(|first| modules.has_context(first));
    let is_foreign = modules.has_context(first) && own != Some(&first);
    // The second word, if it is a file of that context.
    let part = target.get(1).copied().filter(|_| target.get(..2).is_some_and(|module| modules.has(module)));
    // `hours::post` may be what hours/mod.rs shows of hours/post.rs.
    let part = part.filter(|part| target.len() > 2 || !modules.names.contains_key(&(vec![first], part)));
    let is_hidden = part.is_some_and(|part| ["store", "schema"].contains(&part));
    // `lib.rs` puts the contexts together.
    let is_open = place.module.is_empty() && !is_hidden;
    if is_foreign && !is_open && part.is_some_and(|part| part != "api") {
        return Some((
            Rule::ThroughApi,
            format!("use what `{first}` shows in its mod.rs or api.rs, or add to it"),
        ));
    }
    if own == Some(&first) && place.module.len() == 1 && path.is_public && is_hidden {
        return Some((Rule::ThroughApi, "a context shows no store: put a function into its api".to_owned()));
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
    let is_wide = place.is("store") && !(is_pure || is_type || is_near);
    is_wide.then(|| {
        (Rule::NarrowStore, "a store uses tables, types and pure functions, and calls nobody".to_owned())
    })
}

/// Why a store may not use what this leads to.
fn too_wide(segments: &[&str]) -> Option<&'static str> {
    match segments {
        ["common", "db" | "time" | "ids" | "text", ..] => None,
        ["common", ..] => Some("of `common`, a store uses db, time, ids and text"),
        [first, ..] if first.starts_with("actix") || ["reqwest", "utoipa", "tokio"].contains(first) => {
            Some("a store answers rows and knows nothing of HTTP")
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
