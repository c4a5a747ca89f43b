//! What chat publishes. Never a word of a message: a topic is kept for ever.

use uuid::Uuid;

/// The topic of conversations.
pub(crate) const TOPIC: &str = "dojob.chat.conversation.v1";

/// The topic of receipts.
pub(crate) const LEAVING: &str = "dojob.chat.leaving.v1";

common::events::events! {
    topic: TOPIC, key: conversation_id, sequence: version;

    /// Two people can talk from now on.
    pub struct ConversationOpened {
        pub conversation_id: Uuid,
        pub participants: Vec<Uuid>,
        /// Of the conversation: the event's sequence.
        #[serde(skip)]
        pub version: i64,
    }

    /// A message has its place. `sender_id` is null for a system message.
    pub struct MessageStored {
        pub conversation_id: Uuid,
        pub message_id: Uuid,
        pub seq: i64,
        pub sender_id: Option<Uuid>,
        pub participants: Vec<Uuid>,
        /// Of the conversation: the event's sequence.
        #[serde(skip)]
        pub version: i64,
    }

    /// A participant has read up to `seq`.
    pub struct ReadCursorMoved {
        pub conversation_id: Uuid,
        pub account_id: Uuid,
        pub seq: i64,
        pub participants: Vec<Uuid>,
        /// Of the conversation: the event's sequence.
        #[serde(skip)]
        pub version: i64,
    }
}

common::events::events! {
    topic: LEAVING, key: account_id, sequence: sequence;

    /// No word of this person is left in chat.
    pub struct PersonalDataErased {
        pub account_id: Uuid,
        /// That of the request.
        #[serde(skip)]
        pub sequence: i64,
    }
}
