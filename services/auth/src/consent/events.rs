//! What this context publishes.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::document::Doc;
use crate::account::TOPIC;

/// A document in one version, agreed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Granted {
    pub doc: Doc,
    pub version: String,
}

common::events::events! {
    topic: TOPIC, key: account_id, sequence: sequence;

    /// Something was agreed to, or taken back.
    pub struct ConsentChanged {
        pub account_id: Uuid,
        pub doc: Doc,
        /// The text's version.
        pub version: String,
        pub granted: bool,
        #[serde(skip)]
        pub sequence: i64,
    }
}
