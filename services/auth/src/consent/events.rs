//! What this context publishes.

use common::events::Event;
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

/// Something was agreed to, or taken back.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConsentChanged {
    pub account_id: Uuid,
    pub doc: Doc,
    /// The text's version.
    pub version: String,
    pub granted: bool,
    #[serde(skip)]
    pub sequence: i64,
}

impl Event for ConsentChanged {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "ConsentChanged";

    fn key(&self) -> Uuid {
        self.account_id
    }

    fn sequence(&self) -> i64 {
        self.sequence
    }
}
