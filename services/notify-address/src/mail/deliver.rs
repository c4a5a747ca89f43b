//! Sends a mail: leased, pulled, written, sent, noted.

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use common::{
    Ctx,
    db::Tx,
    events::Failure,
    jobs::{CALL, Job},
};
use lettre::message::Mailbox;
use uuid::Uuid;

use super::{
    config::MailConfig,
    domain::{Attempt, Next, next},
    source::{Mail, NoMail, Source},
    store::{self, Delivery},
    text::Texts,
    transport::{self, Transport},
};

/// What sends mails.
pub(crate) struct Post {
    cx: Ctx,
    from: Mailbox,
    source: Source,
    texts: Texts,
    transport: Transport,
}

/// Whether an attempt may begin.
enum Begun {
    Yes(Delivery),
    /// Somebody else is at it until then.
    Leased(DateTime<Utc>),
    /// It was sent, given up or forgotten.
    Over,
}

impl Post {
    /// # Errors
    /// The sender, the server's URL or a text cannot be read.
    pub fn new(cx: Ctx, config: MailConfig) -> anyhow::Result<Self> {
        Ok(Self {
            cx,
            from: config.from.parse().context("DOJOB_MAIL_FROM is not a sender: Name <address>")?,
            source: Source::new(&config.auth, config.internal_key)?,
            texts: Texts::embedded()?,
            transport: Transport::new(config.smtp.as_ref(), config.patience)?,
        })
    }

    /// One attempt at the mail of this timer.
    pub async fn deliver(&self, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
        let id: Uuid = job.key.parse().map_err(|e| Failure::Permanent(format!("{}: {e}", job.key)))?;
        let delivery = match self.begin(id).await? {
            Begun::Yes(delivery) => delivery,
            Begun::Leased(until) => return Ok(Some(until)),
            Begun::Over => return Ok(None),
        };
        let (attempt, until) = match self.source.pull(id).await {
            Ok(mail) => {
                let until = mail.until;
                (self.send(id, &mail).await, until)
            }
            Err(NoMail::Gone) => (Attempt::Refused { answer: None, cause: "gone" }, None),
            Err(NoMail::Unavailable) => (Attempt::Failed { answer: None, cause: "no_auth" }, None),
        };
        let now = self.cx.clock.now();
        let next = next(&attempt, delivery.attempts + 1, delivery.requested_at, until, now);
        self.end(id, &attempt, next, now).await?;
        match next {
            Next::Again(at) => Ok(Some(at)),
            Next::Sent => Ok(None),
            Next::Failed => {
                tracing::warn!(mail = %id, ?attempt, "a mail was not sent");
                Ok(None)
            }
        }
    }

    async fn send(&self, id: Uuid, mail: &Mail) -> Attempt {
        let written = self.texts.write(mail);
        let message = written.and_then(|letter| transport::message(id, &self.from, &mail.to, letter));
        match message {
            Ok(message) => self.transport.send(message).await,
            Err(error) => {
                // The address is in none of these errors' words; the kind is what helps.
                tracing::error!(mail = %id, kind = mail.kind, %error, "a mail cannot be written");
                Attempt::Refused { answer: None, cause: "unwritable" }
            }
        }
    }

    async fn begin(&self, id: Uuid) -> Result<Begun, Failure> {
        let mut open = self.cx.begin().await?;
        let begun = begin(&mut open.tx(), id).await;
        self.cx.end(open, begun).await
    }

    async fn end(&self, id: Uuid, attempt: &Attempt, next: Next, now: DateTime<Utc>) -> Result<(), Failure> {
        let state = match next {
            Next::Sent => "sent",
            Next::Failed => "failed",
            Next::Again(_) => "queued",
        };
        let (answer, cause) = match attempt {
            Attempt::Accepted(answer) => (Some(*answer), None),
            Attempt::Refused { answer, cause } | Attempt::Failed { answer, cause } => (*answer, Some(*cause)),
        };
        let answer = answer.and_then(|answer| i16::try_from(answer).ok());
        let mut open = self.cx.begin().await?;
        let done = store::update_done(&mut open.tx(), id, state, answer, cause, now).await;
        self.cx.end(open, done.map_err(Failure::from)).await
    }
}

/// Takes the lease, if the mail is still to be sent and nobody has it.
async fn begin(tx: &mut Tx<'_>, id: Uuid) -> Result<Begun, Failure> {
    let now = tx.clock().now();
    let Some(delivery) = store::lock(tx, id).await? else { return Ok(Begun::Over) };
    match (delivery.state.as_str(), delivery.leased_until) {
        ("sent" | "failed", _) => return Ok(Begun::Over),
        ("sending", Some(until)) if until > now => return Ok(Begun::Leased(until)),
        _ => {}
    }
    let lease = TimeDelta::from_std(CALL).unwrap_or(TimeDelta::MAX);
    store::update_sending(tx, id, now + lease, now).await?;
    Ok(Begun::Yes(delivery))
}
