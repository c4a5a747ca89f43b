//! What this context publishes.

use uuid::Uuid;

pub(crate) const TOPIC: &str = "dojob.notify-address.notification.v1";

/// The topic of receipts.
pub(crate) const LEAVING: &str = "dojob.notify-address.leaving.v1";

common::events::events! {
    topic: TOPIC, key: account_id, sequence: version;

    /// Somebody has a new notice.
    pub struct NoticeCreated {
        pub notice_id: Uuid,
        pub account_id: Uuid,
        pub key: &'static str,
        pub category: &'static str,
        #[serde(skip)]
        pub version: i64,
    }

    /// Notices that nobody had read are gone: what they told of was taken back.
    pub struct NoticesRemoved {
        pub account_id: Uuid,
        #[serde(skip)]
        pub version: i64,
    }

    /// Somebody has read notices.
    pub struct NoticesRead {
        pub account_id: Uuid,
        #[serde(skip)]
        pub version: i64,
    }
}

common::events::events! {
    topic: LEAVING, key: account_id, sequence: sequence;

    /// Nothing that this person was told or has chosen is left in notify-address.
    pub struct PersonalDataErased {
        pub account_id: Uuid,
        /// That of the request.
        #[serde(skip)]
        pub sequence: i64,
    }
}
