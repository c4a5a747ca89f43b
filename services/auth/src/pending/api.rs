//! What the other contexts may do with a pending sign-up.

use actix_web::{HttpRequest, cookie::Cookie};
use chrono::{DateTime, TimeDelta, Utc};
use common::http::Problem;
use diesel_async::AsyncPgConnection;
use secrecy::SecretString;
use serde::Serialize;
use utoipa::ToSchema;

use super::domain::{LIFE, Pending};
use crate::{
    account::{self, Email},
    device_session::build_cookie,
    issuer::Seal,
    problems,
    provider::{Proof, Provider},
};

const NAME: &str = "__Secure-dojob_pending";

/// Keeps pending sign-ups where nobody else has them: sealed, in the browser of who wants to join.
#[derive(Debug)]
pub(crate) struct PendingSignUps(Seal);

impl PendingSignUps {
    /// # Errors
    /// The cryptography refuses the key.
    pub fn new(signing_key: &SecretString) -> anyhow::Result<Self> {
        Ok(Self(Seal::new(signing_key, "dojob pending sign-up v1")?))
    }

    /// The cookie that keeps it for a day.
    pub fn keep(&self, proof: Proof, now: DateTime<Utc>) -> Result<(Pending, Cookie<'static>), Problem> {
        let pending = Pending { proof, since: now };
        let sealed = self.0.seal(&pending)?;
        Ok((pending, build_cookie(NAME, sealed, LIFE)))
    }

    /// What the request brings.
    ///
    /// # Errors
    /// 404 `pending.over`: there is none, or it is older than a day.
    pub fn of(&self, request: &HttpRequest, now: DateTime<Utc>) -> Result<Pending, Problem> {
        request
            .cookie(NAME)
            .and_then(|cookie| self.0.open::<Pending>(cookie.value()))
            .filter(|pending| pending.is_open(now))
            .ok_or_else(|| Problem::new(problems::PENDING_OVER))
    }
}

/// Takes it away from the browser: nothing is left of it anywhere.
pub(crate) fn forget() -> Cookie<'static> {
    build_cookie(NAME, String::new(), TimeDelta::zero())
}

/// A sign-up through a provider that waits for age and consent. It exists in this person's browser alone.
#[derive(Serialize, ToSchema)]
pub struct PendingView {
    provider: Provider,
    /// What they call themselves there: a suggestion.
    #[schema(required)]
    name: Option<String>,
    /// The address that the new account will have, verified by the provider.
    #[schema(required)]
    email: Option<String>,
    /// The provider vouches for an address that an account has already: to link the two, log in to that one first.
    email_taken: bool,
    expires_at: DateTime<Utc>,
}

/// The address of a new account: what the provider has verified, unless an account has it.
pub(crate) async fn email_of(
    c: &mut AsyncPgConnection,
    proof: &Proof,
) -> Result<(Option<Email>, bool), Problem> {
    // An address that we could not take at a sign-up, we do not take from a provider either.
    let email = proof.profile.email.as_deref().and_then(|email| Email::parse(email).ok());
    let taken = match &email {
        Some(email) => account::find_verified(c, email).await?.is_some(),
        None => false,
    };
    Ok((email.filter(|_| !taken), taken))
}

pub(crate) async fn view(c: &mut AsyncPgConnection, pending: &Pending) -> Result<PendingView, Problem> {
    let (email, email_taken) = email_of(c, &pending.proof).await?;
    Ok(PendingView {
        provider: pending.proof.provider,
        name: pending.proof.profile.name.clone(),
        email: email.as_ref().map(Email::shown),
        email_taken,
        expires_at: pending.expires_at(),
    })
}
