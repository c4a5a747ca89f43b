//! What this context publishes.

use uuid::Uuid;

use crate::account::TOPIC;

common::events::events! {
    topic: TOPIC, key: account_id, sequence: version;

    /// Somebody may no longer publish and propose, because the operator has raised the least age; or may again. Nobody's age is told:
    /// who has joined may, until this says otherwise.
    pub struct MayActChanged {
        pub account_id: Uuid,
        pub may_act: bool,
        #[serde(skip)]
        pub version: i64,
    }
}
