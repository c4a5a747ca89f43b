//! What the text of a notice may mention.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A part in an engagement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    Donor,
    Recipient,
}

impl Side {
    pub const fn other(self) -> Self {
        match self {
            Self::Donor => Self::Recipient,
            Self::Recipient => Self::Donor,
        }
    }
}

/// What a notice is about: a talent or a need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Listing {
    /// `talent` or `need`.
    pub kind: String,
    pub id: Uuid,
}

/// Which reminder it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lead {
    /// The evening before.
    Evening,
    /// Three hours before.
    Soon,
}

/// What a notice's text may mention: ids, numbers and times. Which ones there are depends on the key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Params {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engagement_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inquiry_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub talent_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub need_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device_session_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
    /// The part that the addressee has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Side>,
    /// The other person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other_id: Option<Uuid>,
    /// Who did it; absent when the clock did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms_version: Option<i32>,
    /// Until when an answer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_by: Option<DateTime<Utc>>,
    /// What is asked: `how_long` or `nobodys_fault`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// Who did not answer in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_id: Option<Uuid>,
    /// A code, never a person's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason_code: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_seconds: Option<i64>,
    /// Who did not come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absent_id: Option<Uuid>,
    /// Whether the absent one said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lead: Option<Lead>,
}
