//! What this context publishes.

use uuid::Uuid;

use crate::{account::TOPIC, provider::Provider};

common::events::events! {
    topic: TOPIC, key: account_id, sequence: version;

    /// Somebody can log in to their account at one more provider.
    pub struct IdentityLinked {
        pub account_id: Uuid,
        pub provider: Provider,
        #[serde(skip)]
        pub version: i64,
    }

    /// Somebody can no longer log in to their account at a provider.
    pub struct IdentityUnlinked {
        pub account_id: Uuid,
        pub provider: Provider,
        #[serde(skip)]
        pub version: i64,
    }
}
