//! The service under test and what other services tell it.

use chrono::{DateTime, TimeDelta, Utc};
use dojob_notify_address::{Config, MIGRATIONS, build};
use serde_json::{Value, json};
use testkit::{App, Schema};
use uuid::Uuid;

pub const SCHEMA: Schema = Schema {
    service: "notify_address",
    migrations: || MIGRATIONS,
    directory: concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"),
};

pub const ENGAGEMENT: &str = "dojob.core.engagement.v1";
pub const INQUIRY: &str = "dojob.core.inquiry.v1";
pub const CATALOGUE: &str = "dojob.core.catalogue.v1";
pub const HOURS: &str = "dojob.core.hours.v1";
pub const IDENTITY: &str = "dojob.auth.identity.v1";
pub const SESSION: &str = "dojob.auth.session.v1";

pub async fn start() -> App {
    start_with(Config::default()).await
}

pub async fn start_with(config: Config) -> App {
    App::start(&SCHEMA, |shared| build(config, shared)).await
}

/// An engagement between a donor and a recipient, told of event by event.
#[derive(Clone, Copy, Debug)]
pub struct Story {
    pub id: Uuid,
    pub donor: Uuid,
    pub recipient: Uuid,
    pub talent: Uuid,
    pub starts_at: DateTime<Utc>,
}

impl Story {
    pub fn new(app: &App) -> Self {
        let starts_at = app.clock.now() + TimeDelta::days(3);
        let id = || app.clock.id();
        Self { id: id(), donor: id(), recipient: id(), talent: id(), starts_at }
    }

    /// The data of an event of this engagement; `more` adds what this kind carries.
    pub fn data(&self, more: Value) -> Value {
        let mut data = json!({
            "engagement_id": self.id,
            "listing": { "kind": "talent", "id": self.talent },
            "donor_id": self.donor,
            "recipient_id": self.recipient,
            "something_new": [1, 2, 3],
        });
        let Value::Object(more) = more else { panic!("say what is added") };
        data.as_object_mut().unwrap().extend(more);
        data
    }

    pub async fn tell(&self, app: &App, kind: &str, sequence: i64, more: Value) {
        app.feed(ENGAGEMENT, kind, self.id, sequence, self.data(more)).await;
    }

    pub async fn schedule(&self, app: &App) {
        let more =
            json!({ "by": self.donor, "terms_version": 1, "starts_at": self.starts_at, "minutes": 60 });
        self.tell(app, "EngagementScheduled", 2, more).await;
    }
}

/// A password change: the shortest way to a notice.
pub async fn notice(app: &App, account: Uuid) {
    app.feed(IDENTITY, "PasswordChanged", account, 1, json!({ "account_id": account })).await;
}

pub async fn inbox(app: &App, account: Uuid) -> Vec<Value> {
    let page = app.person(account).get("/api/notifications?limit=100").await.status(200);
    page["items"].as_array().unwrap().clone()
}

/// Keys in the inbox, newest first.
pub async fn keys(app: &App, account: Uuid) -> Vec<String> {
    inbox(app, account).await.iter().map(|n| n["key"].as_str().unwrap().to_owned()).collect()
}

pub async fn unread(app: &App, account: Uuid) -> i64 {
    app.person(account).get("/api/notifications/unread").await.status(200)["count"].as_i64().unwrap()
}

/// Rows of a query whose columns are texts.
pub async fn rows(app: &App, sql: &str) -> Vec<String> {
    let rows = app.db.superuser().await.query(sql, &[]).await.unwrap();
    rows.iter().map(|row| row.get::<_, String>(0)).collect()
}

/// Every notice as `account key params`, sorted: what stays the same whatever order events come in.
pub async fn told(app: &App) -> Vec<String> {
    let sql = "SELECT account_id::text || ' ' || key || ' ' || event_id || ' ' || params::text \
               FROM notification.notices ORDER BY 1";
    rows(app, sql).await
}

/// Every timer as `kind key run_at payload`, sorted.
pub async fn timers(app: &App) -> Vec<String> {
    let sql = "SELECT kind || ' ' || key || ' ' || to_char(run_at AT TIME ZONE 'UTC', 'MM-DD HH24:MI') || ' ' \
               || payload::text FROM job ORDER BY 1";
    rows(app, sql).await
}
