//! What this context publishes.

use uuid::Uuid;

use crate::{
    account::{Locale, TOPIC},
    age::AgeBand,
    consent::Granted,
};

common::events::events! {
    topic: TOPIC, key: account_id, sequence: version;

    /// Somebody joined.
    pub struct AccountRegistered {
        pub account_id: Uuid,
        pub locale: Locale,
        pub age_band: AgeBand,
        pub consents: Vec<Granted>,
        #[serde(skip)]
        pub version: i64,
    }

    /// The password was changed by its owner.
    pub struct PasswordChanged {
        pub account_id: Uuid,
        #[serde(skip)]
        pub version: i64,
    }
}
