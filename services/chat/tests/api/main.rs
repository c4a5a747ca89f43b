//! Chat over real HTTP, real sockets and a real database.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod authz;
mod contracts;
mod conversations;
mod leaving;
mod messages;
mod sockets;
mod unread;
mod ws;

use dojob_chat::{Config, MIGRATIONS};
use serde_json::{Value, json};
use testkit::{App, Schema};
use uuid::Uuid;

const SCHEMA: Schema = Schema {
    service: "chat",
    migrations: || MIGRATIONS,
    directory: concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"),
};

const CORE: &str = "dojob.core.engagement.v1";
const INQUIRY: &str = "dojob.core.inquiry.v1";

/// Chat whose people may write as fast as a test likes.
async fn start() -> App {
    start_with(Config { per_second: 100_000, burst: 100_000, unanswered: i32::MAX, ..Config::default() })
        .await
}

async fn start_with(config: Config) -> App {
    App::start(&SCHEMA, |shared| dojob_chat::build(config, shared)).await
}

/// The data of an engagement event.
fn about(id: Uuid, donor: Uuid, recipient: Uuid, more: &Value) -> Value {
    let mut data = json!({
        "engagement_id": id,
        "listing": { "kind": "talent", "id": "01900000-0000-7000-8000-00000000000a" },
        "donor_id": donor,
        "recipient_id": recipient,
    });
    for (name, value) in more.as_object().unwrap() {
        data[name] = value.clone();
    }
    data
}

/// An event of core, caused by an account or by time.
async fn happens(app: &App, kind: &str, sequence: i64, actor: Option<Uuid>, data: Value) {
    let key = data["engagement_id"].as_str().unwrap().parse().unwrap();
    let mut record = app.record(CORE, kind, key, sequence, data);
    record.headers["actor"] = actor.map_or(json!("clock"), |account| json!({ "account": account }));
    app.feed_record(&record).await;
}

/// A conversation of two people in which nothing was said: an inquiry.
async fn inquiry(app: &App, from: Uuid, to: Uuid) -> Uuid {
    let id = app.clock.id();
    let listing = json!({ "kind": "need", "id": "01900000-0000-7000-8000-00000000000b" });
    let data = json!({ "inquiry_id": id, "from": from, "to": to, "listing": listing });
    app.feed(INQUIRY, "InquiryOpened", id, 1, data).await;
    id
}

fn path(conversation: Uuid, rest: &str) -> String {
    format!("/api/chat/conversations/{conversation}{rest}")
}

/// A message body with a new client id.
fn says(app: &App, text: &str) -> Value {
    json!({ "client_id": app.clock.id(), "text": text })
}
