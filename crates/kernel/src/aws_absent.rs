//! In place of `aws` in a program that was built without it: nobody can have a [`Signer`].

use std::convert::Infallible;

use chrono::{DateTime, Utc};
use secrecy::SecretString;

/// Signs tokens for RDS and MSK; there is none in this program.
#[derive(Debug)]
pub struct Signer(Infallible);

/// A token and its end.
#[derive(Clone, Debug)]
pub struct Token {
    pub value: SecretString,
    pub expires_at: DateTime<Utc>,
}

#[derive(Debug, thiserror::Error)]
#[error("this program was built without AWS: build it with `--features aws`, or use a password")]
pub struct Error;

#[expect(clippy::unused_async, reason = "as with the feature")]
impl Signer {
    /// # Errors
    /// Always.
    pub fn new() -> Result<Self, Error> {
        Err(Error)
    }

    /// # Errors
    /// Never called.
    pub async fn rds_token(&self, _: &str, _: u16, _: &str) -> Result<SecretString, Error> {
        match self.0 {}
    }

    /// # Errors
    /// Never called.
    pub async fn msk_token(&self) -> Result<Token, Error> {
        match self.0 {}
    }
}
