//! What this context publishes. The key is the account, so that a subscriber receives "a device was logged in" and "all
//! devices were logged out" in the order in which they happened.

use uuid::Uuid;

use super::domain::Cause;

/// The topic of device sessions.
pub(crate) const TOPIC: &str = "dojob.auth.session.v1";

common::events::events! {
    topic: TOPIC, key: account_id, sequence: version;

    /// A device was logged in. `first` at sign-up, `known` where its owner had logged in before: then it is no news to them.
    pub struct DeviceSessionStarted {
        pub account_id: Uuid,
        pub device_session_id: Uuid,
        pub first: bool,
        #[serde(default)]
        pub known: bool,
        #[serde(skip)]
        pub version: i64,
    }

    /// One device was logged out; `too_many` when an account may have no more of them and this was unused for the longest.
    pub struct DeviceSessionRevoked {
        pub account_id: Uuid,
        pub device_session_id: Uuid,
        pub cause: Cause,
        #[serde(default)]
        pub too_many: bool,
        #[serde(skip)]
        pub version: i64,
    }

    /// Every device was logged out: these were logged in.
    pub struct AllDeviceSessionsRevoked {
        pub account_id: Uuid,
        #[serde(default)]
        pub device_session_ids: Vec<Uuid>,
        pub cause: Cause,
        #[serde(skip)]
        pub version: i64,
    }
}
