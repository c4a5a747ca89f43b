//! Settings of mail.

use std::time::Duration;

use common::config::Env;
use secrecy::SecretString;

/// Settings of mail. Without a server mails wait, and are given up after a day.
#[derive(Clone, Debug)]
pub struct MailConfig {
    /// `smtps://user:password@host`, or `smtp://host:port?tls=required`; without `tls` nothing is encrypted, which is for a
    /// server on the same machine.
    pub smtp: Option<SecretString>,
    /// Who the mails are from: `두잡 <hello@dojob.example>`.
    pub from: String,
    /// Where auth answers other services: `http://auth:8080`.
    pub auth: String,
    /// What this service shows there.
    pub internal_key: Option<SecretString>,
    /// How long a mail server may take to accept a mail. RFC 5321 (4.5.3.2.6) grants minutes between strangers; this one is ours,
    /// and after a crash nobody sends the mail for as long as somebody might still be at it.
    pub patience: Duration,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            smtp: None,
            from: "두잡 <no-reply@dojob.example>".to_owned(),
            auth: "http://localhost:8080".to_owned(),
            internal_key: None,
            patience: Duration::from_secs(30),
        }
    }
}

impl MailConfig {
    pub fn from_env(env: &Env) -> Self {
        const SMTP: &str = "DOJOB_SMTP_URL";
        let usual = Self::default();
        let meaning = "the mail server: smtps://user:password@host, or smtp://host:port?tls=required";
        let smtp: Option<String> =
            if env.production() { env.required(SMTP, meaning) } else { env.find(SMTP, meaning) };
        Self {
            smtp: smtp.map(Into::into),
            from: env.get_in_development("DOJOB_MAIL_FROM", usual.from, "who mails are from: Name <address>"),
            auth: env.get_in_development(
                "DOJOB_AUTH_INTERNAL_URL",
                usual.auth,
                "where auth answers other services, past any balancer: http://auth:8080",
            ),
            internal_key: common::program::internal_keys(env).into_iter().next(),
            patience: usual.patience,
        }
    }
}
