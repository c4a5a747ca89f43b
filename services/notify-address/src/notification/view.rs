//! What the inbox and the stream show.

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    domain::{Category, NoticeKey, Params},
    store::NoticeRow,
};

/// A notice. Its text is the reader's to write: `key` says which, `params` what it mentions.
#[derive(Serialize, ToSchema)]
pub struct NoticeView {
    pub id: Uuid,
    #[schema(value_type = NoticeKey)]
    pub key: String,
    #[schema(value_type = Category)]
    pub category: String,
    #[schema(value_type = Params)]
    pub params: Value,
    pub created_at: DateTime<Utc>,
    #[schema(required)]
    pub read_at: Option<DateTime<Utc>>,
}

impl From<NoticeRow> for NoticeView {
    fn from(row: NoticeRow) -> Self {
        let NoticeRow { id, key, category, params, created_at, read_at, .. } = row;
        Self { id, key, category, params, created_at, read_at }
    }
}

/// The exact number of unread notices.
#[derive(Serialize, ToSchema)]
pub struct UnreadView {
    pub count: i64,
}

/// A notice on the stream; its id is where a broken stream resumes.
pub fn notice_frame(row: &NoticeRow) -> Bytes {
    let data = json!({ "id": row.id, "key": row.key, "params": row.params });
    Bytes::from(format!("id: {}\nevent: notice\ndata: {data}\n\n", row.id))
}

pub fn unread_frame(count: i64) -> Bytes {
    Bytes::from(format!("event: unread\ndata: {{\"count\":{count}}}\n\n"))
}

/// The first count of a stream: `seen` is where it resumes if nothing comes before it breaks.
pub fn opening_frame(count: i64, seen: Uuid) -> Bytes {
    Bytes::from(format!("id: {seen}\nevent: unread\ndata: {{\"count\":{count}}}\n\n"))
}

/// Too much was missed to tell one by one.
pub fn reload_frame() -> Bytes {
    Bytes::from_static(b"event: reload\ndata: {}\n\n")
}

pub fn heartbeat_frame() -> Bytes {
    Bytes::from_static(b":\n\n")
}
