//! What this context publishes. The key is the account, so that a subscriber receives "a device was logged in" and "all
//! devices were logged out" in the order in which they happened.

use common::events::Event;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::domain::Cause;

/// The topic of device sessions.
pub(crate) const TOPIC: &str = "dojob.auth.session.v1";

/// A device was logged in. `first` at sign-up: then it is no news to its owner.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeviceSessionStarted {
    pub account_id: Uuid,
    pub device_session_id: Uuid,
    pub first: bool,
    #[serde(skip)]
    pub version: i64,
}

/// One device was logged out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeviceSessionRevoked {
    pub account_id: Uuid,
    pub device_session_id: Uuid,
    pub cause: Cause,
    #[serde(skip)]
    pub version: i64,
}

/// Every device was logged out.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AllDeviceSessionsRevoked {
    pub account_id: Uuid,
    pub cause: Cause,
    #[serde(skip)]
    pub version: i64,
}

impl Event for DeviceSessionStarted {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "DeviceSessionStarted";

    fn key(&self) -> Uuid {
        self.account_id
    }

    fn sequence(&self) -> i64 {
        self.version
    }
}

impl Event for DeviceSessionRevoked {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "DeviceSessionRevoked";

    fn key(&self) -> Uuid {
        self.account_id
    }

    fn sequence(&self) -> i64 {
        self.version
    }
}

impl Event for AllDeviceSessionsRevoked {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "AllDeviceSessionsRevoked";

    fn key(&self) -> Uuid {
        self.account_id
    }

    fn sequence(&self) -> i64 {
        self.version
    }
}
