//! What this context publishes.

use common::events::Event;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::domain::AgeBand;
use crate::{
    account::{Locale, TOPIC},
    consent::Granted,
};

/// Somebody joined.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AccountRegistered {
    pub account_id: Uuid,
    pub locale: Locale,
    pub age_band: AgeBand,
    pub consents: Vec<Granted>,
    #[serde(skip)]
    pub version: i64,
}

/// The password was changed by its owner.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PasswordChanged {
    pub account_id: Uuid,
    #[serde(skip)]
    pub version: i64,
}

impl Event for AccountRegistered {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "AccountRegistered";

    fn key(&self) -> Uuid {
        self.account_id
    }

    fn sequence(&self) -> i64 {
        self.version
    }
}

impl Event for PasswordChanged {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "PasswordChanged";

    fn key(&self) -> Uuid {
        self.account_id
    }

    fn sequence(&self) -> i64 {
        self.version
    }
}
