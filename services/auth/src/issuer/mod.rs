//! Who keeps passwords and signs access tokens. One trait separates that from the rest of the service, because two
//! issuers are planned: the local one, here, and Amazon Cognito. An issuer knows no table of ours: what it needs to
//! recognise a password again it hands back as a [`Credential`], which the account keeps for it unread.

mod api;
mod hasher;
mod key;
mod local;
mod seal;

pub(crate) use api::{AccessToken, Grant, Issuer};
pub use hasher::Hashing;
pub(crate) use key::derive;
pub use key::{SigningKey, generate_signing_key};
pub(crate) use local::LocalIssuer;
pub(crate) use seal::Seal;
