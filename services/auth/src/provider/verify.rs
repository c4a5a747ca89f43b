//! Whether an `id_token` is to be believed. Signature, issuer, audience, nonce and times are openidconnect's; how much a provider's
//! clock may differ is ours.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::{
    ClaimsVerificationError, ClientId, IdTokenVerifier, IssuerUrl, Nonce, SignatureVerificationError,
    core::{CoreIdToken, CoreJsonWebKeySet, CoreJwsSigningAlgorithm},
};

/// So much a provider's clock may be ahead of ours or behind it.
const LEEWAY: TimeDelta = TimeDelta::minutes(5);

/// What counts as proof that somebody is there now.
const RECENT: TimeDelta = TimeDelta::minutes(5);

/// What a verified `id_token` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub subject: String,
    pub email: Option<String>,
    /// That it is; anything else, or nothing, is no.
    pub email_verified: bool,
    pub name: Option<String>,
    /// When the provider last saw proof of who it is, if it tells.
    pub proved_at: Option<DateTime<Utc>>,
}

impl Said {
    /// Whether the person proved themselves at the provider within five minutes. One that does not tell is asked for the password
    /// each time (`Facts::again`), or signs for each visit anew.
    pub fn is_recent(&self, now: DateTime<Utc>) -> bool {
        self.proved_at.is_none_or(|at| at > now - RECENT - LEEWAY)
    }
}

/// Why it is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Doubt {
    /// Signed with a key that we have not seen: the provider may have new ones.
    UnknownKey,
    /// The reason is for the log.
    Unbelievable(String),
}

/// Whom a token must be from and for.
pub(super) struct Expected<'a> {
    pub issuer: &'a IssuerUrl,
    pub client: &'a ClientId,
    pub keys: &'a CoreJsonWebKeySet,
    pub nonce: &'a str,
    pub now: DateTime<Utc>,
}

/// Reads an `id_token`. RS256 and nothing else: all four providers sign so, and `none` or a MAC is no provider's.
pub(super) fn verify(id_token: &str, expected: &Expected<'_>) -> Result<Said, Doubt> {
    // The words of the reader may quote what is in it.
    let token = id_token
        .parse::<CoreIdToken>()
        .map_err(|_unreadable| Doubt::Unbelievable("it cannot be read".to_owned()))?;
    let now = expected.now;
    let verifier = IdTokenVerifier::new_public_client(
        expected.client.clone(),
        expected.issuer.clone(),
        expected.keys.clone(),
    )
    .set_allowed_algs([CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256])
    .set_time_fn(move || now - LEEWAY)
    .set_issue_time_verifier_fn(move |issued| {
        if issued <= now + LEEWAY { Ok(()) } else { Err("issued in the future".to_owned()) }
    });
    let nonce = Nonce::new(expected.nonce.to_owned());
    let claims = token.claims(&verifier, &nonce).map_err(|error| match error {
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            Doubt::UnknownKey
        }
        // The words of its cause are in the debug form only.
        other => Doubt::Unbelievable(format!("{other:?}")),
    })?;
    if claims.authorized_party().is_some_and(|party| party != expected.client) {
        return Err(Doubt::Unbelievable("it was made for another client (azp)".to_owned()));
    }
    let subject = claims.subject().as_str().to_owned();
    if subject.is_empty() || subject.len() > 255 {
        return Err(Doubt::Unbelievable("it names nobody (sub)".to_owned()));
    }
    let nickname = claims.nickname().and_then(|n| n.get(None)).map(|n| n.as_str().to_owned());
    let name = claims.name().and_then(|n| n.get(None)).map(|n| n.as_str().to_owned());
    Ok(Said {
        subject,
        email: claims.email().map(|email| email.as_str().to_owned()),
        email_verified: claims.email_verified() == Some(true),
        name: nickname.or(name),
        proved_at: claims.auth_time(),
    })
}
