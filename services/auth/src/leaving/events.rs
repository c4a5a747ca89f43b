//! What this context publishes. Ids alone: kept for ever, the topic is the erasure ledger that every service can be held against.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// The topic of those who leave.
pub(crate) const TOPIC: &str = "dojob.auth.leaving.v1";

common::events::events! {
    topic: TOPIC, key: account_id, sequence: version;

    /// An account is to be erased at `erase_at`, unless its owner takes that back. Others do not see the person any more.
    pub struct AccountDeletionScheduled {
        pub account_id: Uuid,
        pub erase_at: DateTime<Utc>,
        #[serde(skip)]
        pub version: i64,
    }

    /// The owner has taken it back: the account stays.
    pub struct AccountDeletionCancelled {
        pub account_id: Uuid,
        #[serde(skip)]
        pub version: i64,
    }

    /// Whoever has anything of this person erases it now, and answers with `PersonalDataErased`.
    pub struct AccountErasureRequested {
        pub account_id: Uuid,
        #[serde(skip)]
        pub version: i64,
    }
}
