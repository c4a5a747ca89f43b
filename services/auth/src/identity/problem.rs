//! Refusals of this context as problems.

use common::http::Problem;

use crate::problems;

/// Why somebody is not let in or does not get an account.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refusal {
    /// Younger than fourteen; nothing is kept.
    UnderAge,
    /// Somebody else has an account with this e-mail.
    EmailTaken,
    /// No such account, or not its password: never told apart.
    Credentials,
    /// The password is right, and nobody has opened the link in the mail yet.
    Unverified,
    /// The password that a logged-in person gave to prove who they are is not theirs.
    NotMyPassword,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(match refusal {
            Refusal::UnderAge => problems::ACCOUNT_UNDER_AGE,
            Refusal::EmailTaken => problems::ACCOUNT_EMAIL_TAKEN,
            Refusal::Unverified => problems::ACCOUNT_UNVERIFIED,
            Refusal::Credentials => problems::ACCOUNT_CREDENTIALS,
            Refusal::NotMyPassword => problems::ACCOUNT_CREDENTIALS_OF_CALLER,
        })
    }
}
