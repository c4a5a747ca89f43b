//! What this context publishes.

use common::events::Event;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

pub(crate) const TOPIC: &str = "dojob.notify-address.notification.v1";

/// Somebody has a new notice.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NoticeCreated {
    pub notice_id: Uuid,
    pub account_id: Uuid,
    pub key: &'static str,
    pub category: &'static str,
    #[serde(skip)]
    pub version: i64,
}

impl Event for NoticeCreated {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "NoticeCreated";

    fn key(&self) -> Uuid {
        self.account_id
    }

    fn sequence(&self) -> i64 {
        self.version
    }
}

/// Somebody has read notices.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NoticesRead {
    pub account_id: Uuid,
    #[serde(skip)]
    pub version: i64,
}

impl Event for NoticesRead {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "NoticesRead";

    fn key(&self) -> Uuid {
        self.account_id
    }

    fn sequence(&self) -> i64 {
        self.version
    }
}
