//! `arch`: the rules of who may import what, read from the sources. See docs/ADDING-AN-OPERATION.md for the shape
//! that they keep.

mod cycles;
mod modules;

use std::{collections::BTreeSet, process::Command};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use crate::{
    source::{Kind, Token, Written, tokens},
    tree::{File, files, root},
};
use modules::{Modules, Place, Rule, Source, Violation, impure, is_query, is_sql};

/// What no crate of ours may list, and what it has instead.
const BANNED: &[(&str, &str)] = &[
    ("mockall", "no mocks of our own code: tests use the real thing"),
    ("lazy_static", "std has LazyLock, and nothing is global here"),
    ("once_cell", "std has OnceLock, and nothing is global here"),
];

/// What is allowed although a rule refuses it: where (the start of a path), which rule, and why.
const ALLOWED: &[(&str, Rule, &str)] = &[(
    "crates/regions/src/table.rs",
    Rule::NoGlobals,
    "a table that nobody can change: one copy serves both services",
)];

/// The floors of the chassis and their face.
const CHASSIS: &[&str] =
    &["crates/common", "crates/events", "crates/http", "crates/kernel", "crates/pg", "crates/service"];

/// Names that say nothing about what a module is for.
const VAGUE: &[&str] =
    &["util", "utils", "helper", "helpers", "manager", "managers", "misc", "impl", "base", "common"];
/// Nor may the chassis have these: a product noun would move in.
const VAGUE_IN_COMMON: &[&str] = &["types", "models", "dto"];

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

pub fn run() -> Result<()> {
    let mut sources = Vec::new();
    for directory in ["services", "crates", "tools", "web/src"] {
        sources.extend(files(directory, &[".rs", ".sql", ".ts", ".tsx"])?);
    }
    let mut violations = scan(&sources);
    violations.extend(dependencies(&metadata()?));
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
fn scan(sources: &[File]) -> Vec<Violation> {
    let mut found = Vec::new();
    for file in sources.iter().filter(|f| !f.is("rs")) {
        scan_text(file, &mut found);
    }
    let rust: Vec<_> = sources.iter().filter_map(Source::of).collect();
    let crates: BTreeSet<_> = rust.iter().map(|s| s.place.home).collect();
    for source in &rust {
        scan_rust(source, &mut found);
    }
    for home in crates {
        let of_crate: Vec<_> = rust.iter().filter(|s| s.place.home == home).collect();
        let modules = Modules::of(&of_crate);
        found.extend(cycles::circles(&of_crate, &modules));
        for source in of_crate.into_iter().filter(|s| s.place.is_service && !s.place.is("tests")) {
            service_file(source, &modules, &mut source.reporter(&mut found));
        }
    }
    found.sort();
    found
}

fn scan_text(file: &File, found: &mut Vec<Violation>) {
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

fn scan_rust(source: &Source<'_>, found: &mut Vec<Violation>) {
    let Source { file, place, code, paths } = source;
    let mut report = source.reporter(found);
    for comment in tokens(&file.text).iter().filter(|t| t.kind == Kind::Comment) {
        for (line, text) in (comment.line..).zip(comment.text.lines()) {
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
    let vague_here = if CHASSIS.contains(&place.home) { VAGUE_IN_COMMON } else { &[] };
    if let Some(name) = place.module.iter().find(|name| VAGUE.contains(name) || vague_here.contains(name)) {
        report(1, Rule::Names, format!("`{name}` says nothing about what is inside"));
    }
    if !(place.is_service
        || CHASSIS.contains(&place.home)
        || ["crates/regions", "crates/standalone"].contains(&place.home))
    {
        return;
    }
    globals(code, &mut report);
    for text in code.iter().filter(|t| t.kind == Kind::Text) {
        if let Some(word) =
            present_in(text.text).filter(|_| text.text.contains(' ') || text.text.ends_with("()"))
        {
            report(text.line, Rule::NoSqlNow, format!("`{word}` is the database's time, not the clock's"));
        }
    }
    for path in paths.iter().filter(|p| p.segments.starts_with(&["std", "env"])) {
        let reads = path.segments.get(2).is_none_or(|w| w.starts_with("var") || *w == "*");
        if reads && file.path != "crates/kernel/src/config.rs" {
            report(path.line, Rule::NoEnv, "settings come through common::config::Env".to_owned());
        }
    }
}

/// `static` with something inside that can change, or that is made once for the whole process.
fn globals(code: &[Token<'_>], report: &mut impl FnMut(usize, Rule, String)) {
    for (at, token) in code.iter().enumerate() {
        let rest = code.get(at..).unwrap_or_default();
        if token.is("thread_local") && rest.get(1).is_some_and(|t| t.is("!")) {
            report(token.line, Rule::NoGlobals, "thread_local! outlives the app it was made for".to_owned());
        }
        if !token.is("static") {
            continue;
        }
        let kind: Vec<_> = rest.iter().take_while(|t| !t.is("=") && !t.is(";")).collect();
        let cell = kind.iter().find(|t| SHARED_CELLS.contains(&t.text) || t.text.starts_with("Atomic"));
        if let Some(cell) = cell.or_else(|| kind.iter().find(|t| t.is("mut"))) {
            report(
                token.line,
                Rule::NoGlobals,
                format!("a static `{}` is shared by all apps of a process", cell.text),
            );
        }
    }
}

fn service_file<'a>(
    source: &Source<'a>,
    modules: &Modules<'a>,
    report: &mut impl FnMut(usize, Rule, String),
) {
    let Source { place, code, paths, .. } = source;
    let (domain, store) = (place.is("domain"), place.is("store"));
    let tables = store || place.is("schema");
    if domain {
        for token in code.iter().filter(|t| t.is("async") || t.is("await")) {
            report(token.line, Rule::PureDomain, "a rule waits for nothing".to_owned());
        }
    }
    if !tables {
        for text in code.iter().filter(|t| t.kind == Kind::Text && is_sql(t.text)) {
            report(text.line, Rule::SqlInStore, "SQL belongs into this context's store.rs".to_owned());
        }
    }
    for path in paths {
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

fn metadata() -> Result<Value> {
    let cargo = crate::home::setting("CARGO").unwrap_or_else(|| "cargo".to_owned());
    let out = Command::new(cargo)
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .current_dir(root())
        .output()
        .context("cannot run cargo metadata")?;
    if !out.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&out.stderr));
    }
    Ok(serde_json::from_slice(&out.stdout)?)
}

/// Who lists whom in its Cargo.toml.
fn dependencies(metadata: &Value) -> Vec<Violation> {
    let packages = metadata.get("packages").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let word =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let home = |package: &Value| {
        let manifest = word(package, "manifest_path").replace('\\', "/");
        let mut parts = manifest.rsplit('/').skip(1);
        let (last, parent) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        format!("{parent}/{last}")
    };
    let is_service =
        |name: &str| packages.iter().any(|p| word(p, "name") == name && home(p).starts_with("services/"));
    let mut found = Vec::new();
    for package in packages {
        let (name, home) = (word(package, "name"), home(package));
        for dependency in package.get("dependencies").and_then(Value::as_array).into_iter().flatten() {
            let other = word(dependency, "name");
            let for_tests = word(dependency, "kind") == "dev";
            let banned = BANNED.iter().find(|(banned, _)| *banned == other);
            let words = if let Some((_, why)) = banned {
                why
            } else if is_service(&name) && is_service(&other) {
                "services know one another by contracts/ only"
            } else if CHASSIS.contains(&home.as_str()) && is_service(&other) {
                "the chassis knows no service"
            } else if other == "dojob-testkit" && !for_tests && name != "dojob-journeys" {
                "the testkit is for tests: [dev-dependencies]"
            } else {
                continue;
            };
            let path = format!("{home}/Cargo.toml");
            found.push(Violation {
                path,
                line: 1,
                rule: Rule::Crates,
                words: format!("{name} → {other}: {words}"),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A service around the file that a test looks at: two contexts, one of them with impure files.
    const AROUND: &[(&str, &str)] = &[
        ("lib", ""),
        ("schema", "diesel::table! { a (id) { id -> Uuid, } }"),
        ("catalogue/mod", "pub(crate) use api::offer;"),
        ("catalogue/api", "use common::db::Tx;"),
        ("catalogue/store", "use diesel::prelude::*;"),
        ("catalogue/domain", ""),
        ("catalogue/token", "use sha2::Sha256;"),
        ("catalogue/view", "use utoipa::IntoParams;"),
        ("catalogue/offer_talent", "use actix_web::post;"),
        (
            "hours/mod",
            "pub(crate) use api::*; pub(crate) use domain::{Balance, sum}; pub(crate) use post::{Posted, post};",
        ),
        ("hours/api", "pub(crate) use super::domain::Minutes; use common::db::Tx;"),
        ("hours/store", "use diesel::prelude::*;"),
        ("hours/domain/mod", ""),
        ("hours/post", "use actix_web::post;"),
    ];

    /// What the scan says about `text` at `path`.
    fn said(path: &str, text: &str) -> Vec<(Rule, usize)> {
        let mut sources: Vec<File> = AROUND
            .iter()
            .map(|(name, text)| (format!("services/core/src/{name}.rs"), format!("//! Here.\n{text}")))
            .map(|(path, text)| File { path, text })
            .filter(|file| file.path != path)
            .collect();
        sources.push(File { path: path.to_owned(), text: text.to_owned() });
        scan(&sources).into_iter().map(|v| (v.rule, v.line)).collect()
    }

    /// The rules that `text` breaks, as the body of a documented file.
    fn broken(path: &str, text: &str) -> Vec<Rule> {
        let found = said(path, &format!("//! What this is.\n{text}"));
        let mut rules: Vec<_> = found.into_iter().map(|(rule, _)| rule).collect();
        rules.dedup();
        rules
    }

    const DOMAIN: &str = "services/core/src/catalogue/domain.rs";
    const STORE: &str = "services/core/src/catalogue/store.rs";
    const OPERATION: &str = "services/core/src/catalogue/offer_talent.rs";
    const MOD: &str = "services/core/src/catalogue/mod.rs";

    #[test]
    fn domain_is_pure() {
        let good = "use chrono::{DateTime, Utc}; use uuid::Uuid; use common::{http::FieldError, text};\n\
                    use crate::hours::api::Minutes;\nuse super::domain::Title; fn f() { Minutes::Five; crate::hours::Balance::Even; }\nuse crate::hours::Balance;\n\
                    use serde_json::json; use utoipa::ToSchema; use crate::catalogue::token::Secret;";
        assert_eq!(said(DOMAIN, &format!("//! A.\n{good}")), []);
        for bad in [
            "use actix_web::http::StatusCode;",
            "use diesel::prelude::*;",
            "use {std::fmt, tokio::sync::Mutex};",
            "fn f() -> serde_json::Value { todo() }",
            "use serde_json::{json, Value};",
            "use reqwest::Client;",
            "use common::db::Tx;",
            "use common::Ctx;",
            "use super::store;",
            "use super::super::schema;",
            "use crate::hours::post;",
            "use crate::catalogue::offer;",
            "fn f() { crate::hours::Posted::Now; }",
            "pub async fn rule() {}",
        ] {
            assert_eq!(broken(DOMAIN, bad), [Rule::PureDomain], "{bad}");
            assert_eq!(broken("services/core/src/hours/domain/mod.rs", bad), [Rule::PureDomain], "{bad}");
        }
    }

    #[test]
    fn what_only_looks_like_an_import_is_none() {
        let text = "// use diesel::prelude::*;\n/* tokio::spawn */ const A: &str = \"actix_web::web\";\n\
                    #[cfg(test)]\nmod tests { use tokio::test; use diesel::prelude::*; }";
        assert_eq!(broken(DOMAIN, text), []);
        assert_eq!(broken("services/core/src/hours/domain/tests.rs", "use tokio::test;"), []);
    }

    #[test]
    fn a_store_is_narrow() {
        let good = "use diesel::prelude::*; use diesel_async::RunQueryDsl; use common::db::Tx;\n\
                    use super::{domain::Talent, view::TalentView, offer_talent::Asked}; use crate::schema::talents;\n\
                    use crate::hours::{self, Balance, api::Minutes}; fn f() { hours::sum(); super::token::derive(); } const Q: &str = \"SELECT 1\";";
        assert_eq!(broken(STORE, good), []);
        for bad in [
            "use actix_web::web::Data;",
            "use common::http::Problem;",
            "use common::{db::Tx, Ctx};",
            "use super::offer_talent::handle;",
            "use crate::hours::api::post;",
            "use crate::hours; fn f() { hours::post(); }",
        ] {
            assert_eq!(broken(STORE, bad), [Rule::NarrowStore], "{bad}");
        }
    }

    #[test]
    fn sql_is_in_stores() {
        let good = "use diesel_async::AsyncPgConnection; use diesel::QueryResult; use super::{domain, store};\n\
                    fn f(x: &AtomicU8) { x.load(Ordering::Relaxed); }";
        assert_eq!(broken(OPERATION, good), []);
        for bad in [
            "use diesel::prelude::*;",
            "use diesel_async::RunQueryDsl;",
            "fn f() { diesel::sql_query(Q); }",
            "fn f() { diesel_async::RunQueryDsl::load(q, c); }",
            "const Q: &str = \"SELECT id FROM talents\";",
            "const Q: &str = r#\"\n  DELETE FROM talents\"#;",
        ] {
            assert_eq!(broken(OPERATION, bad), [Rule::SqlInStore], "{bad}");
        }
    }

    #[test]
    fn contexts_meet_at_the_api() {
        for good in [
            "use crate::hours::api;",
            "use crate::hours::{self, api::post};",
            "fn f() { crate::hours::post_minutes(); }",
            "use super::{store, view::TalentView};",
        ] {
            assert_eq!(broken(OPERATION, good), [], "{good}");
        }
        for bad in [
            "use crate::hours::store;",
            "use crate::hours::domain::Balance;",
            "use crate::{catalogue::store, hours::{api, post::Handle}};",
            "use super::super::hours::store;",
            "fn f() { crate::hours::store::insert(tx); }",
        ] {
            assert_eq!(broken(OPERATION, bad), [Rule::ThroughApi], "{bad}");
        }
        assert_eq!(broken("services/core/src/lib.rs", "fn f() { hours::routes(c); }"), []);
        assert_eq!(
            broken("services/core/src/lib.rs", "fn f() { hours::store::all(c); }"),
            [Rule::ThroughApi]
        );
    }

    #[test]
    fn a_context_shows_no_store() {
        assert_eq!(
            broken(MOD, "pub(crate) use api::*; pub use self::domain::Talent; use store::find; mod view;"),
            []
        );
        assert_eq!(broken(MOD, "pub(crate) use store::find;"), [Rule::ThroughApi]);
        assert_eq!(broken(MOD, "pub(crate) use self::{domain::Talent, schema::talents};"), []);
    }

    /// What is said of the circles in a crate of these files.
    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        let file = |(name, text): &(&str, &str)| File {
            path: format!("crates/regions/src/{name}.rs"),
            text: format!("//! Here.\n{text}"),
        };
        let found = scan(&files.iter().map(file).collect::<Vec<_>>());
        found.into_iter().filter(|v| v.rule == Rule::NoCircles).map(|v| v.to_string()).collect()
    }

    #[test]
    fn modules_import_in_one_direction() {
        assert_eq!(circles(&[("a", "use crate::b::B;"), ("b", "use crate::c::C;"), ("c", "")]), [""; 0]);
        let found = circles(&[
            ("a", "use crate::b::B;"),
            ("b", "fn f() { crate::c::g(); }"),
            ("c", "\nuse super::a::A;"),
        ]);
        assert_eq!(
            found,
            ["crates/regions/src/a.rs:2: NoCircles: 3 modules import one another in a circle\n    \
              a → b: crates/regions/src/a.rs:2: `crate::b::B`\n    \
              b → c: crates/regions/src/b.rs:2: `crate::c::g`\n    \
              c → a: crates/regions/src/c.rs:3: `super::a::A`"]
        );
    }

    #[test]
    fn what_a_parent_shows_is_written_elsewhere() {
        let parent = "mod kind; mod view; pub use kind::Kind; pub use view::View;";
        for child in ["use super::Kind;", "use crate::listing::Kind;", "use super::kind::Kind;"] {
            let files = [("listing/mod", parent), ("listing/kind", ""), ("listing/view", child)];
            assert_eq!(circles(&files), [""; 0], "{child}");
        }
        let parent = format!("{parent} pub struct Own;");
        let files =
            [("listing/mod", parent.as_str()), ("listing/kind", ""), ("listing/view", "use super::Own;")];
        assert_eq!(circles(&files).len(), 1);
    }

    #[test]
    fn tests_may_look_everywhere() {
        let tests = "#[cfg(test)] mod tests { use super::super::b::B; }";
        assert_eq!(circles(&[("a", tests), ("b", "use crate::a::A;")]), [""; 0]);
        assert_eq!(circles(&[("a/tests", "use crate::b::B;"), ("b", "use crate::a::tests::A;")]), [""; 0]);
    }

    #[test]
    fn contexts_import_in_one_direction() {
        let apart = [
            ("a/one", "use crate::b::two::B;"),
            ("a/other", ""),
            ("b/two", ""),
            ("b/more", "use crate::a::other::A;"),
        ];
        let found = circles(&apart);
        assert_eq!(found.len(), 1);
        assert!(found[0].contains("2 contexts import one another"), "{found:?}");
        assert_eq!(circles(&apart[..3]), [""; 0]);
    }

    #[test]
    fn a_program_of_a_crate_is_a_crate() {
        let files =
            [("bin/x/main", "use crate::a::A;"), ("bin/x/a", ""), ("lib", ""), ("a", "use crate::B;")];
        assert_eq!(circles(&files), [""; 0]);
        let files = [("bin/x/main", "use crate::a::A;"), ("bin/x/a", "use crate::B;")];
        assert_eq!(circles(&files).len(), 1);
    }

    #[test]
    fn nothing_is_shared_by_a_whole_process() {
        for good in ["static NAMES: &[&str] = &[];", "fn f(x: &'static Mutex<u8>) {}", "const A: u8 = 1;"] {
            assert_eq!(broken(OPERATION, good), [], "{good}");
        }
        for bad in [
            "static A: Mutex<u8> = Mutex::new(1);",
            "static mut A: u8 = 1;",
            "static N: std::sync::atomic::AtomicU64 = AtomicU64::new(0);",
            "fn f() { static ONCE: OnceLock<String> = OnceLock::new(); }",
            "thread_local! { static A: Cell<u8> = Cell::new(1); }",
        ] {
            assert_eq!(broken(OPERATION, bad), [Rule::NoGlobals], "{bad}");
        }
    }

    #[test]
    fn the_database_is_not_asked_for_the_time() {
        assert_eq!(broken(STORE, "const Q: &str = \"SELECT now(), 1\";"), [Rule::NoSqlNow]);
        assert_eq!(
            broken(STORE, "const Q: &str = \"UPDATE a SET b = CURRENT_TIMESTAMP\";"),
            [Rule::NoSqlNow]
        );
        assert_eq!(broken(STORE, "const Q: &str = \"SELECT known() FROM a\"; fn now() {}"), []);
        let sql = "services/core/migrations/20260101000000_a/up.sql";
        assert_eq!(said(sql, "CREATE TABLE a (\n b timestamptz DEFAULT now());"), [(Rule::NoSqlNow, 2)]);
        assert_eq!(said(sql, "-- not now()\nCREATE TABLE a (b timestamptz);"), []);
    }

    #[test]
    fn settings_come_from_one_place() {
        assert_eq!(broken(OPERATION, "fn f() { std::env::var(\"X\"); }"), [Rule::NoEnv]);
        assert_eq!(broken(OPERATION, "use std::{env, fmt};"), [Rule::NoEnv]);
        assert_eq!(broken("crates/kernel/src/config.rs", "fn f() { std::env::vars(); }"), []);
        assert_eq!(broken("crates/standalone/src/main.rs", "fn f() { std::env::args(); }"), []);
    }

    #[test]
    fn modules_say_what_they_are() {
        assert_eq!(said(OPERATION, "//! Offers.\n"), []);
        assert_eq!(said(OPERATION, "#![doc = include_str!(\"../README.md\")]\n"), []);
        assert_eq!(said(OPERATION, "// Offers.\n"), [(Rule::ModuleDocs, 1)]);
        assert_eq!(broken("services/core/src/catalogue/helpers.rs", ""), [Rule::Names]);
        assert_eq!(broken("services/core/src/utils/mod.rs", ""), [Rule::Names]);
        assert_eq!(broken("crates/common/src/types.rs", ""), [Rule::Names]);
        assert_eq!(broken("crates/regions/src/types.rs", ""), []);
    }

    #[test]
    fn later_has_a_number() {
        assert_eq!(said(OPERATION, "//! A.\n\n// TODO: more\n"), [(Rule::Todo, 3)]);
        assert_eq!(said(OPERATION, "//! A.\n/* b\n FIXME */\n"), [(Rule::Todo, 3)]);
        assert_eq!(said(OPERATION, "//! A.\n// TODO(#12): more\nconst A: &str = \"TODO\";"), []);
        assert_eq!(said("web/src/app/Shell.tsx", "// TODO later"), [(Rule::Todo, 1)]);
    }

    #[test]
    fn crates_keep_apart() {
        let package = |name: &str, home: &str, dependencies: &[(&str, Option<&str>)]| {
            let dependencies: Vec<_> =
                dependencies.iter().map(|(name, kind)| json!({ "name": name, "kind": kind })).collect();
            json!({ "name": name, "manifest_path": format!("/x/{home}/Cargo.toml"), "dependencies": dependencies })
        };
        let broken = |packages: &[Value]| {
            dependencies(&json!({ "packages": packages })).into_iter().map(|v| v.words).collect::<Vec<_>>()
        };
        let (core, common) = (("dojob-core", "services/core"), ("dojob-common", "crates/common"));
        let chat =
            package("dojob-chat", "services/chat", &[("dojob-common", None), ("dojob-testkit", Some("dev"))]);
        assert_eq!(
            broken(&[chat.clone(), package(core.0, core.1, &[]), package(common.0, common.1, &[])]),
            [""; 0]
        );
        for (name, home, dependency, kind) in [
            (core.0, core.1, "dojob-chat", None),
            (core.0, core.1, "dojob-chat", Some("dev")),
            (core.0, core.1, "dojob-testkit", None),
            (common.0, common.1, "dojob-chat", None),
            (common.0, common.1, "dojob-testkit", None),
            ("dojob-standalone", "crates/standalone", "dojob-testkit", None),
            (common.0, common.1, "once_cell", None),
            (core.0, core.1, "mockall", Some("dev")),
        ] {
            let found = broken(&[chat.clone(), package(name, home, &[(dependency, kind)])]);
            assert_eq!(found.len(), 1, "{name} {dependency} {kind:?}");
        }
    }
}
