//! Refusals of this context as problems.

use actix_web::http::StatusCode;
use common::http::Problem;

/// Why somebody is not let in or does not get an account.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Refusal {
    /// Younger than fourteen; nothing is kept.
    UnderAge,
    /// An account with this e-mail exists.
    EmailTaken,
    /// No such account, or not its password: never told apart.
    Credentials,
    /// The password that a logged-in person gave to prove who they are is not theirs.
    NotMyPassword,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let (status, code) = match refusal {
            Refusal::UnderAge => (StatusCode::UNPROCESSABLE_ENTITY, "account.under_age"),
            Refusal::EmailTaken => (StatusCode::CONFLICT, "account.email_taken"),
            Refusal::Credentials => (StatusCode::UNAUTHORIZED, "account.credentials"),
            Refusal::NotMyPassword => (StatusCode::FORBIDDEN, "account.credentials"),
        };
        Self::new(status, code)
    }
}
