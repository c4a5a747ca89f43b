//! What this context publishes: its receipts.

use uuid::Uuid;

/// The topic of receipts.
pub(crate) const TOPIC: &str = "dojob.core.leaving.v1";

common::events::events! {
    topic: TOPIC, key: account_id, sequence: sequence;

    /// Nothing that this person wrote or said of themself is left in core.
    pub(super) struct PersonalDataErased {
        pub account_id: Uuid,
        /// That of the request.
        #[serde(skip)]
        pub sequence: i64,
    }
}

#[cfg(test)]
mod contracts {
    use testkit::contracts::{same_samples, sample};

    use super::*;

    #[test]
    fn the_sample_of_a_receipt() {
        let receipt = PersonalDataErased { account_id: Uuid::from_u128(1), sequence: 9 };
        same_samples("core", &[sample("plain", &receipt)]);
    }
}
