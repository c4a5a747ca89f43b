//! Where mails come from: auth, which alone knows addresses.

use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Utc};
use reqwest::{StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use uuid::Uuid;

/// A mail as auth gives it out: lives while it is sent, and is neither kept nor logged.
#[derive(Clone, Deserialize)]
pub(super) struct Mail {
    pub to: String,
    pub locale: Locale,
    pub kind: String,
    pub params: Params,
    pub until: Option<DateTime<Utc>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Locale {
    Ko,
    En,
}

/// What a text may mention.
#[derive(Clone, Deserialize)]
pub(super) struct Params {
    pub at: DateTime<Utc>,
    pub link: Option<String>,
    pub minutes: Option<i64>,
    pub device: Option<String>,
    pub address: Option<String>,
    pub devices: String,
    pub forgotten: String,
}

/// Why there is no mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoMail {
    /// It need not be sent any more.
    Gone,
    /// Auth is unavailable, or does not know us.
    Unavailable,
}

pub(super) struct Source {
    client: reqwest::Client,
    auth: String,
    key: Option<SecretString>,
}

impl Source {
    /// # Errors
    /// The machine's certificate authorities cannot be read.
    pub fn new(auth: &str, key: Option<SecretString>) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_secs(2))
            .timeout(Duration::from_secs(10))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .context("the client of auth")?;
        Ok(Self { client, auth: auth.trim_end_matches('/').to_owned(), key })
    }

    /// The mail as it is to be sent now.
    pub async fn pull(&self, id: Uuid) -> Result<Mail, NoMail> {
        let url = format!("{}/internal/auth/mails/{id}", self.auth);
        let key = self.key.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default();
        let asked =
            self.client.get(url).header(header::AUTHORIZATION, format!("Internal {key}")).send().await;
        let answer = asked.map_err(|error| unavailable(id, &error.without_url()))?;
        match answer.status() {
            StatusCode::OK => answer.json().await.map_err(|error| unavailable(id, &error.without_url())),
            StatusCode::NOT_FOUND => Err(NoMail::Gone),
            status => Err(unavailable(id, &status)),
        }
    }

    /// Tells auth that a mail came back for good: it keeps the address from further ones. For the reader of bounces, which comes
    /// with the transport that reports them.
    ///
    /// # Errors
    /// Auth is unavailable.
    #[expect(dead_code, reason = "nothing reports bounces yet; SES will")]
    pub async fn bounced(&self, id: Uuid) -> Result<(), NoMail> {
        let url = format!("{}/internal/auth/mails/{id}/bounced", self.auth);
        let key = self.key.as_ref().map(ExposeSecret::expose_secret).unwrap_or_default();
        let asked =
            self.client.post(url).header(header::AUTHORIZATION, format!("Internal {key}")).send().await;
        let answer = asked.map_err(|error| unavailable(id, &error.without_url()))?;
        match answer.status() {
            // A mail that is gone has no address to keep.
            StatusCode::NO_CONTENT | StatusCode::NOT_FOUND => Ok(()),
            status => Err(unavailable(id, &status)),
        }
    }
}

fn unavailable(id: Uuid, cause: &dyn std::fmt::Display) -> NoMail {
    tracing::warn!(mail = %id, %cause, "auth does not give the mail out");
    NoMail::Unavailable
}
