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
    let mut sources: Vec<File> = AROUND
        .iter()
        .map(|(name, text)| (format!("services/core/src/{name}.rs"), format!("//! Here.\n{text}")))
        .map(|(path, text)| File { path, text })
        .filter(|file| file.path != path)
        .collect();
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
    assert_eq!(broken("services/core/src/lib.rs", "fn f() { hours::store::all(c); }"), [Rule::ThroughApi]);
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
    let found = scan(&files.iter().map(file).collect::<Vec<_>>()).unwrap();
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
    let files = [("listing/mod", parent.as_str()), ("listing/kind", ""), ("listing/view", "use super::Own;")];
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
    let files = [("bin/x/main", "use crate::a::A;"), ("bin/x/a", ""), ("lib", ""), ("a", "use crate::B;")];
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
    assert_eq!(broken(STORE, "const Q: &str = \"UPDATE a SET b = CURRENT_TIMESTAMP\";"), [Rule::NoSqlNow]);
    assert_eq!(broken(STORE, "const Q: &str = \"SELECT known() FROM a\"; fn now() {}"), []);
    let sql = "services/core/migrations/20260101000000_a/up.sql";
    assert_eq!(said(sql, "CREATE TABLE a (\n b timestamptz DEFAULT now());"), [(Rule::NoSqlNow, 2)]);
    assert_eq!(said(sql, "-- not now()\nCREATE TABLE a (b timestamptz);"), []);
}

#[test]
fn settings_come_from_one_place() {
    assert_eq!(broken(OPERATION, "fn f() { std::env::var(\"X\"); }"), [Rule::NoEnv]);
    assert_eq!(broken(OPERATION, "use std::{env, fmt};"), [Rule::NoEnv]);
    assert_eq!(broken("crates/common/src/config.rs", "fn f() { std::env::vars(); }"), []);
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
