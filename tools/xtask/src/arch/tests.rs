//! Each rule, kept and broken.

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
    let around = AROUND.iter().map(|(name, text)| File {
        path: format!("services/core/src/{name}.rs"),
        text: format!("//! Here.\n{text}"),
    });
    let mut sources: Vec<File> = around.filter(|file| file.path != path).collect();
    sources.push(File { path: path.to_owned(), text: text.to_owned() });
    scan(&sources).unwrap().into_iter().map(|v| (v.rule, v.line)).collect()
}

/// The rules that `text` breaks, as the body of a documented file.
fn broken(path: &str, text: &str) -> Vec<Rule> {
    let found = said(path, &format!("//! What this is.\n{text}"));
    let mut rules: Vec<_> = found.into_iter().map(|(rule, _)| rule).collect();
    rules.dedup();
    rules
}

/// Each `good` text breaks nothing, each `bad` one exactly `rule`.
#[track_caller]
fn keeps(rule: Rule, path: &str, good: &[&str], bad: &[&str]) {
    for text in good {
        assert_eq!(broken(path, text), [], "{text}");
    }
    for text in bad {
        assert_eq!(broken(path, text), [rule], "{text}");
    }
}

const DOMAIN: &str = "services/core/src/catalogue/domain.rs";
const STORE: &str = "services/core/src/catalogue/store.rs";
const OPERATION: &str = "services/core/src/catalogue/offer_talent.rs";
const MOD: &str = "services/core/src/catalogue/mod.rs";

#[test]
fn domain_is_pure() {
    let good = "use chrono::{DateTime, Utc}; use uuid::Uuid; use common::{http::FieldError, http::FieldCode, text};\n\
                use crate::hours::api::Minutes;\nuse super::domain::Title; fn f() { Minutes::Five; crate::hours::Balance::Even; }\nuse crate::hours::Balance;\n\
                use serde_json::json; use utoipa::ToSchema; use crate::catalogue::token::Secret;";
    let only_looks = "// use diesel::prelude::*;\n/* tokio::spawn */ const A: &str = \"actix_web::web\";\n\
                      #[cfg(test)]\nmod tests { use tokio::test; use diesel::prelude::*; }";
    let bad = [
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
    ];
    keeps(Rule::PureDomain, DOMAIN, &[good, only_looks], &bad);
    keeps(Rule::PureDomain, "services/core/src/hours/domain/mod.rs", &[], &bad);
    assert_eq!(broken("services/core/src/hours/domain/tests.rs", "use tokio::test;"), []);
}

#[test]
fn a_store_is_narrow() {
    let good = "use diesel::prelude::*; use diesel_async::RunQueryDsl; use common::db::Tx;\n\
                use super::{domain::Talent, view::TalentView, offer_talent::Asked}; use crate::schema::talents;\n\
                use crate::hours::{self, Balance, api::Minutes}; fn f() { hours::sum(); super::token::derive(); } const Q: &str = \"SELECT 1\";";
    let bad = [
        "use actix_web::web::Data;",
        "use common::http::Problem;",
        "use common::{db::Tx, Ctx};",
        "use super::offer_talent::handle;",
        "use crate::hours::api::post;",
        "use crate::hours; fn f() { hours::post(); }",
    ];
    keeps(Rule::NarrowStore, STORE, &[good], &bad);
}

#[test]
fn sql_is_in_stores() {
    let good = "use diesel_async::AsyncPgConnection; use diesel::QueryResult; use super::{domain, store};\n\
                fn f(x: &AtomicU8) { x.load(Ordering::Relaxed); }";
    let bad = [
        "use diesel::prelude::*;",
        "use diesel_async::RunQueryDsl;",
        "fn f() { diesel::sql_query(Q); }",
        "fn f() { diesel_async::RunQueryDsl::load(q, c); }",
        "const Q: &str = \"SELECT id FROM talents\";",
        "const Q: &str = r#\"\n  DELETE FROM talents\"#;",
    ];
    keeps(Rule::SqlInStore, OPERATION, &[good], &bad);
}

#[test]
fn contexts_meet_at_the_api() {
    let good = [
        "use crate::hours::api;",
        "use crate::hours::{self, api::post};",
        "fn f() { crate::hours::post_minutes(); }",
        "use super::{store, view::TalentView};",
    ];
    let bad = [
        "use crate::hours::store;",
        "use crate::hours::domain::Balance;",
        "use crate::{catalogue::store, hours::{api, post::Handle}};",
        "use super::super::hours::store;",
        "fn f() { crate::hours::store::insert(tx); }",
    ];
    keeps(Rule::ThroughApi, OPERATION, &good, &bad);
    let lib = "services/core/src/lib.rs";
    keeps(Rule::ThroughApi, lib, &["fn f() { hours::routes(c); }"], &["fn f() { hours::store::all(c); }"]);
    let good = [
        "pub(crate) use api::*; pub use self::domain::Talent; use store::find; mod view;",
        "pub(crate) use self::{domain::Talent, schema::talents};",
    ];
    keeps(Rule::ThroughApi, MOD, &good, &["pub(crate) use store::find;"]);
}

#[test]
fn events_and_problems_have_their_files() {
    let bad = [
        "impl<K: Kind> Event for Fact<K> {}",
        "macro_rules! fact { ($kind:ident) => { impl Event for $kind {} } }",
        "common::events::events! { topic: TOPIC; }",
        "impl From<Refusal> for Problem {}",
    ];
    keeps(Rule::Places, OPERATION, &["impl From<Problem> for Refusal {}"], &bad);
    keeps(Rule::Places, "services/core/src/catalogue/events.rs", &bad[..3], &bad[3..]);
    keeps(Rule::Places, "services/core/src/catalogue/problem.rs", &bad[3..], &bad[..3]);
}

/// What is said of the circles in a crate of these files.
fn circles(files: &[(&str, &str)]) -> Vec<String> {
    let file = |(name, text): &(&str, &str)| File {
        path: format!("crates/regions/src/{name}.rs"),
        text: format!("//! Here.\n{text}"),
    };
    let found = scan(&files.iter().map(file).collect::<Vec<_>>()).unwrap();
    found.into_iter().filter(|v| v.rule == Rule::NoCircles).map(|v| v.to_string()).collect()
}

#[test]
fn a_circle_is_told_with_its_imports() {
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
fn imports_run_in_one_direction() {
    let parent = "mod kind; mod view; pub use kind::Kind; pub use view::View;";
    let own = format!("{parent} pub struct Own;");
    let child = |import| [("listing/mod", own.as_str()), ("listing/kind", ""), ("listing/view", import)];
    let of_contexts = [
        ("a/one", "use crate::b::two::B;"),
        ("a/other", ""),
        ("b/two", ""),
        ("b/more", "use crate::a::other::A;"),
    ];
    for (files, expected) in [
        (&[("a", "use crate::b::B;"), ("b", "use crate::c::C;"), ("c", "")][..], ""),
        (&[("a", "pub(in crate::b) fn f() {}"), ("b", "use crate::a::f;")], ""),
        // What a parent shows of another child is written there; what is its own is not.
        (&child("use super::Kind;"), ""),
        (&child("use crate::listing::Kind;"), ""),
        (&child("use super::kind::Kind;"), ""),
        (&child("use super::Own;"), "2 modules import"),
        // Tests may look everywhere.
        (&[("a", "#[cfg(test)] mod tests { use super::super::b::B; }"), ("b", "use crate::a::A;")], ""),
        (&[("a/tests", "use crate::b::B;"), ("b", "use crate::a::tests::A;")], ""),
        (&of_contexts, "2 contexts import one another"),
        (&of_contexts[..3], ""),
        // A program of a crate is a crate.
        (&[("bin/x/main", "use crate::a::A;"), ("bin/x/a", ""), ("lib", ""), ("a", "use crate::B;")], ""),
        (&[("bin/x/main", "use crate::a::A;"), ("bin/x/a", "use crate::B;")], "2 modules import"),
    ] {
        let found = circles(files);
        assert_eq!(found.len(), usize::from(!expected.is_empty()), "{files:?}: {found:?}");
        assert!(found.iter().all(|words| words.contains(expected)), "{files:?}: {found:?}");
    }
}

#[test]
fn nothing_is_shared_by_a_whole_process() {
    let good = ["static NAMES: &[&str] = &[];", "fn f(x: &'static Mutex<u8>) {}", "m!(&'static Mutex<u8>);"];
    let bad = [
        "static A: Mutex<u8> = Mutex::new(1);",
        "static mut A: u8 = 1;",
        "static N: std::sync::atomic::AtomicU64 = AtomicU64::new(0);",
        "fn f() { static ONCE: OnceLock<String> = OnceLock::new(); }",
        "macro_rules! cell { ($name:ident) => { static $name: &'static Mutex<u8> = make(); } }",
        "thread_local! { static A: Cell<u8> = Cell::new(1); }",
    ];
    keeps(Rule::NoGlobals, OPERATION, &good, &bad);
}

#[test]
fn time_and_settings_come_from_one_place() {
    let bad =
        ["const Q: &str = \"SELECT now(), 1\";", "const Q: &str = \"UPDATE a SET b = CURRENT_TIMESTAMP\";"];
    keeps(Rule::NoSqlNow, STORE, &["const Q: &str = \"SELECT known() FROM a\"; fn now() {}"], &bad);
    let sql = "services/core/migrations/20260101000000_a/up.sql";
    assert_eq!(said(sql, "CREATE TABLE a (\n b timestamptz DEFAULT now());"), [(Rule::NoSqlNow, 2)]);
    assert_eq!(said(sql, "-- not now()\nCREATE TABLE a (b timestamptz);"), []);

    keeps(Rule::NoEnv, OPERATION, &[], &["fn f() { std::env::var(\"X\"); }", "use std::{env, fmt};"]);
    assert_eq!(broken("crates/kernel/src/config.rs", "fn f() { std::env::vars(); }"), []);
    assert_eq!(broken("crates/standalone/src/main.rs", "fn f() { std::env::args(); }"), []);
}

#[test]
fn files_are_named_and_described() {
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
    // As `LATER` here: this file is read too.
    for (path, text, line) in [
        (OPERATION, "//! A.\n\n// LATER: more\n", Some(3)),
        (OPERATION, "//! A.\n/* b\n LATER */\n", Some(3)),
        (OPERATION, "//! A.\n// LATER(#12): more\nconst A: &str = \"LATER\";", None),
        ("web/src/app/Shell.tsx", "// LATER later", Some(1)),
    ] {
        for word in ["TODO", "FIXME"] {
            let found = said(path, &text.replace("LATER", word));
            assert_eq!(found, line.map(|line| (Rule::Todo, line)).into_iter().collect::<Vec<_>>(), "{text}");
        }
    }
}
