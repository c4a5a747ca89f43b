//! How a mail leaves. SES will be another variant, with its feature.

use std::{
    sync::{PoisonError, RwLock},
    time::Duration,
};

use anyhow::Context;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
    transport::smtp::{AsyncSmtpTransportBuilder, Error, PoolConfig},
};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    domain::{Attempt, is_about_us},
    text::Letter,
};

/// Connections that are kept for the next mails.
const CONNECTIONS: u32 = 4;

pub(super) enum Transport {
    /// No server is set: mails wait.
    Nowhere,
    Smtp(Box<Smtp>),
}

/// A mail server and the connections to it.
pub(super) struct Smtp {
    builder: AsyncSmtpTransportBuilder,
    connections: RwLock<AsyncSmtpTransport<Tokio1Executor>>,
    patience: Duration,
}

impl Transport {
    /// # Errors
    /// The URL is none of a mail server.
    pub fn new(url: Option<&SecretString>, patience: Duration) -> anyhow::Result<Self> {
        let Some(url) = url else { return Ok(Self::Nowhere) };
        let pool = PoolConfig::new().max_size(CONNECTIONS).idle_timeout(Duration::from_secs(30));
        // The error repeats the URL, which has a password.
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .ok()
            .context("DOJOB_SMTP_URL is not the URL of a mail server")?
            .timeout(Some(Duration::from_secs(10)))
            .pool_config(pool);
        let connections = RwLock::new(builder.clone().build());
        Ok(Self::Smtp(Box::new(Smtp { builder, connections, patience })))
    }

    pub async fn send(&self, message: Message) -> Attempt {
        match self {
            Self::Nowhere => Attempt::Failed { answer: None, cause: "no_server" },
            Self::Smtp(smtp) => smtp.send(message).await,
        }
    }
}

impl Smtp {
    async fn send(&self, message: Message) -> Attempt {
        let connections = self.connections.read().unwrap_or_else(PoisonError::into_inner).clone();
        match tokio::time::timeout(self.patience, connections.send(message)).await {
            Ok(Ok(answer)) => Attempt::Accepted(answer.code().into()),
            Ok(Err(error)) => attempt(&error),
            Err(_late) => {
                // The connection waits for an answer that the next mail would take for its own: none of them is used again.
                *self.connections.write().unwrap_or_else(PoisonError::into_inner) =
                    self.builder.clone().build();
                Attempt::Failed { answer: None, cause: "too_slow" }
            }
        }
    }
}

/// The server's words are not kept: they may repeat the address.
fn attempt(error: &Error) -> Attempt {
    let answer = error.status().map(u16::from);
    if error.is_permanent() && !answer.is_some_and(is_about_us) {
        Attempt::Refused { answer, cause: "refused" }
    } else if error.is_client() {
        Attempt::Refused { answer, cause: "unsendable" }
    } else if answer.is_some() {
        Attempt::Failed { answer, cause: "not_now" }
    } else {
        // Also an answer that broke off: nobody knows.
        Attempt::Failed { answer, cause: "unreachable" }
    }
}

/// A letter as it goes over the wire. The same mail has the same `Message-ID`, whenever it is sent: boxes fold what comes twice.
///
/// # Errors
/// The receiver's address is none that a mail can be sent to.
pub(super) fn message(id: Uuid, from: &Mailbox, to: &str, letter: Letter) -> anyhow::Result<Message> {
    let to = Mailbox::new(None, to.parse()?);
    let domain = from.email.domain();
    let message = Message::builder()
        .from(from.clone())
        .to(to)
        .subject(letter.subject)
        .message_id(Some(format!("<{id}@{domain}>")))
        // Nobody's out-of-office answers a machine (RFC 3834).
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .multipart(MultiPart::alternative_plain_html(letter.plain, letter.html))?;
    Ok(message)
}

fn header(name: &'static str, value: &str) -> lettre::message::header::HeaderValue {
    use lettre::message::header::{HeaderName, HeaderValue};
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
