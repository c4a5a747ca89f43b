//! What clients see of conversations and messages.

use chrono::{DateTime, Utc};
use common::http::shape;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store::{ConversationRow, MessageRow};

/// A message: of a person (`sender_id`, `client_id`, `text`) or of what happened (`system`). Without either text or `system` it was
/// said by somebody who has left.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageView {
    pub conversation_id: Uuid,
    pub seq: i64,
    pub id: Uuid,
    #[schema(required)]
    pub client_id: Option<Uuid>,
    #[schema(required)]
    pub sender_id: Option<Uuid>,
    #[schema(required)]
    pub text: Option<String>,
    #[schema(required)]
    pub system: Option<SystemView>,
    pub at: DateTime<Utc>,
}

/// What happened, for the client to put into words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SystemView {
    /// `engagement.scheduled`
    pub key: String,
    /// Who did it; null when time or a rule did.
    #[schema(required)]
    pub actor_id: Option<Uuid>,
    #[schema(value_type = Object)]
    pub params: Value,
}

/// Core's word for what a conversation is about.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the shape of a word of core's for OpenAPI")]
pub enum ListingKind {
    Talent,
    Need,
}

/// Whether the two have only asked so far, or proposed something, too.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the shape of a stored word for OpenAPI")]
pub enum ConversationKind {
    Inquiry,
    Engagement,
}

/// What a conversation is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListingRef {
    #[schema(value_type = ListingKind)]
    pub kind: String,
    pub id: Uuid,
}

/// The newest message, for a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LastView {
    pub seq: i64,
    pub at: DateTime<Utc>,
    #[schema(required)]
    pub sender_id: Option<Uuid>,
    #[schema(required)]
    pub text: Option<String>,
    #[schema(required)]
    pub system: Option<SystemView>,
}

/// A conversation as one of the two sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationView {
    /// That of the inquiry or engagement that came first.
    pub id: Uuid,
    #[schema(value_type = ConversationKind)]
    pub kind: String,
    /// The latest one of the two about this listing.
    #[schema(required)]
    pub engagement_id: Option<Uuid>,
    pub listing: ListingRef,
    #[schema(schema_with = shape::two_ids)]
    pub participants: Vec<Uuid>,
    pub other_id: Uuid,
    pub last_seq: i64,
    #[schema(required)]
    pub last: Option<LastView>,
    /// Messages behind my cursor that are not my own, nor about what I did.
    pub unread: i64,
    pub read_seq: i64,
    /// How far the other has read.
    pub other_read_seq: i64,
    pub opened_at: DateTime<Utc>,
}

impl From<MessageRow> for MessageView {
    fn from(row: MessageRow) -> Self {
        let MessageRow { seq, message: m } = row;
        let (sender_id, system) = match m.system_key {
            None => (m.author_id, None),
            Some(key) => {
                (None, Some(SystemView { key, actor_id: m.author_id, params: m.params.unwrap_or_default() }))
            }
        };
        Self {
            conversation_id: m.conversation_id,
            seq,
            id: m.id,
            client_id: m.client_id,
            sender_id,
            text: m.body,
            system,
            at: m.at,
        }
    }
}

impl From<ConversationRow> for ConversationView {
    fn from(row: ConversationRow) -> Self {
        let last = row.last.map(MessageView::from).map(|m| LastView {
            seq: m.seq,
            at: m.at,
            sender_id: m.sender_id,
            text: m.text,
            system: m.system,
        });
        Self {
            id: row.id,
            kind: row.kind,
            engagement_id: row.engagement_id,
            listing: ListingRef { kind: row.listing_kind, id: row.listing_id },
            participants: row.participants,
            other_id: row.other_id,
            last_seq: row.last_seq,
            last,
            unread: row.unread,
            read_seq: row.read_seq,
            other_read_seq: row.other_read_seq,
            opened_at: row.opened_at,
        }
    }
}
