//! A mail that was received, taken apart.

use mail_parser::MessageParser;
use serde::{Deserialize, Serialize};

/// A mail that was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Counts from one; never given again.
    pub number: u64,
    /// The receivers as the envelope names them.
    pub to: Vec<String>,
    pub from: String,
    pub subject: String,
    /// Without its angle brackets.
    pub message_id: String,
    pub plain: String,
    pub html: String,
}

impl Mail {
    /// Reads it; what cannot be read is empty.
    pub(crate) fn read(number: u64, to: Vec<String>, raw: &[u8]) -> Self {
        let message = MessageParser::default().parse(raw).unwrap_or_default();
        let address = message.from().and_then(|from| from.first()).and_then(|from| from.address());
        Self {
            number,
            to,
            from: address.unwrap_or_default().to_owned(),
            subject: message.subject().unwrap_or_default().to_owned(),
            message_id: message.message_id().unwrap_or_default().to_owned(),
            plain: message.body_text(0).unwrap_or_default().into_owned(),
            html: message.body_html(0).unwrap_or_default().into_owned(),
        }
    }

    /// The link with a token that its text has.
    pub fn link(&self) -> Option<&str> {
        self.plain.split_whitespace().find(|word| word.starts_with("http") && word.contains('#'))
    }

    /// What stands behind the `#` of that link.
    pub fn token(&self) -> Option<&str> {
        self.link()?.split_once('#').map(|(_, token)| token)
    }
}
