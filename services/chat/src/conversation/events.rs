//! What chat publishes. Never a word of a message: a topic is kept for ever.

use common::events::Event;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The topic of all three.
pub(crate) const TOPIC: &str = "dojob.chat.conversation.v1";

/// Two people can talk from now on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConversationOpened {
    pub conversation_id: Uuid,
    pub participants: Vec<Uuid>,
}

/// A message has its place. `sender_id` is null for a system message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessageStored {
    pub conversation_id: Uuid,
    pub message_id: Uuid,
    pub seq: i64,
    pub sender_id: Option<Uuid>,
    pub participants: Vec<Uuid>,
    /// The conversation's version, the event's sequence.
    #[serde(skip)]
    pub version: i64,
}

/// A participant has read up to `seq`.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReadCursorMoved {
    pub conversation_id: Uuid,
    pub account_id: Uuid,
    pub seq: i64,
    pub participants: Vec<Uuid>,
    /// The conversation's version, the event's sequence.
    #[serde(skip)]
    pub version: i64,
}

impl Event for ConversationOpened {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "ConversationOpened";

    fn key(&self) -> Uuid {
        self.conversation_id
    }

    fn sequence(&self) -> i64 {
        0
    }
}

impl Event for MessageStored {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "MessageStored";

    fn key(&self) -> Uuid {
        self.conversation_id
    }

    fn sequence(&self) -> i64 {
        self.version
    }
}

impl Event for ReadCursorMoved {
    const TOPIC: &'static str = TOPIC;
    const KIND: &'static str = "ReadCursorMoved";

    fn key(&self) -> Uuid {
        self.conversation_id
    }

    fn sequence(&self) -> i64 {
        self.version
    }
}
