//! What this context publishes. No address, no name and nothing that opens anything: who sends the mail pulls it.

use uuid::Uuid;

use super::domain::MailKind;

/// The topic of mails that are to be sent.
pub(crate) const TOPIC: &str = "dojob.auth.mail.v1";

common::events::events! {
    topic: TOPIC, key: mail_id, sequence: sequence;

    /// A mail is to be sent. Its text, language and receiver are pulled from auth at that moment.
    pub struct MailRequested {
        pub mail_id: Uuid,
        pub kind: MailKind,
        /// A mail is asked for once.
        #[serde(skip)]
        pub sequence: i64,
    }
}
