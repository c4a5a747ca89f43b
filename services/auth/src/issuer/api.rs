//! What an issuer does for the rest of the service.

use chrono::{DateTime, Utc};
use common::http::Problem;
use futures_util::future::BoxFuture;
use jsonwebtoken::jwk::JwkSet;
use uuid::Uuid;

use crate::account::{Credential, Password};

/// What an access token contains.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Grant {
    pub account: Uuid,
    pub device_session: Uuid,
    pub token: Uuid,
    pub at: DateTime<Utc>,
}

/// A signed access token.
#[derive(Clone, Debug)]
pub(crate) struct AccessToken {
    pub token: String,
    pub expires_at: DateTime<Utc>,
}

/// Keeps passwords and signs access tokens. May be slow or remote, so it is never called inside a transaction.
pub(crate) trait Issuer: Send + Sync + 'static {
    /// Takes `password` for a new account, or instead of its former one.
    fn set_password<'a>(
        &'a self,
        account: Uuid,
        password: &'a Password,
    ) -> BoxFuture<'a, Result<Credential, Problem>>;

    /// Whether this is the password of that credential. Without a credential the answer is no, after the same work:
    /// the time that an answer takes does not tell who is registered.
    fn verify<'a>(
        &'a self,
        credential: Option<&'a Credential>,
        password: &'a Password,
    ) -> BoxFuture<'a, Result<bool, Problem>>;

    /// An access token for ten minutes.
    fn access_token(&self, grant: Grant) -> BoxFuture<'_, Result<AccessToken, Problem>>;

    /// The public keys that verify its access tokens.
    fn keys(&self) -> &JwkSet;
}
