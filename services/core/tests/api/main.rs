//! The HTTP contract of core, on a real database. A module for each context; `authz` and `contracts` for all.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot be set up must fail loudly"
)]

mod authz;
mod budgets;
mod cards;
mod catalogue;
mod contracts;
mod engagement;
mod hours;
mod inquiry;
mod leaving;
mod membership;
mod search;
mod world;

use std::sync::{Arc, LazyLock};

use dojob_core::{Config, MIGRATIONS, build};
use regions::Regions;
use serde_json::{Value, json};
use testkit::{App, Member, Schema};

pub const SCHEMA: Schema = Schema {
    service: "core",
    migrations: || MIGRATIONS,
    directory: concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"),
};

/// 망원동, 합정동 (1 km), 역삼동 (13 km), 봉화읍 (far), 노형동 (Jeju).
pub const MANGWON: &str = "1144012300";
pub const HAPJEONG: &str = "1144012200";
pub const YEOKSAM: &str = "1168010100";
pub const BONGHWA: &str = "4792025000";
pub const NOHYEONG: &str = "5011011100";

static REGIONS: LazyLock<Arc<Regions>> = LazyLock::new(|| Arc::new(Regions::embedded()));

/// Core on a clean database.
pub async fn start() -> App {
    App::start(&SCHEMA, |shared| build(Config { regions: REGIONS.clone(), budgets: true }, shared)).await
}

/// Core without budgets: for what takes more than one person would do in an hour.
pub async fn start_without_budgets() -> App {
    App::start(&SCHEMA, |shared| build(Config { regions: REGIONS.clone(), budgets: false }, shared)).await
}

/// Somebody with a name and a 동.
pub async fn neighbour<'a>(app: &'a App, name: &str, region: &str) -> Member<'a> {
    let member = app.member();
    let profile = json!({ "name": name, "region_code": region, "languages": ["ko"] });
    member.patch("/api/core/me", &profile).await.status(200);
    member
}

/// A readable listing.
pub fn listing(title: &str) -> Value {
    json!({
        "title": title,
        "body": "서두르지 않고 한 시간 동안 천천히 같이 해 봐요.",
        "category": "music",
        "minutes": 60,
        "mode": "in_person",
        "region_code": MANGWON,
        "times": ["tue-evening", "sat-morning"],
        "bring": "",
    })
}

/// `value` with some fields set.
pub fn with(mut value: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else { panic!("not fields: {fields}") };
    for (name, field) in fields {
        value[name] = field;
    }
    value
}

/// `value` without a field.
pub fn without(mut value: Value, field: &str) -> Value {
    value.as_object_mut().unwrap().remove(field);
    value
}

/// Publishes and answers the view.
pub async fn publish(member: &Member<'_>, kind: &str, body: &Value) -> Value {
    member.post(&format!("/api/core/{kind}s"), body).await.status(201)
}

pub fn id(view: &Value) -> String {
    view["id"].as_str().unwrap().to_owned()
}

/// Kinds of everything said so far.
pub async fn kinds_said(app: &App) -> Vec<String> {
    app.pump().await;
    app.said().await.into_iter().map(|(kind, _)| kind).collect()
}
