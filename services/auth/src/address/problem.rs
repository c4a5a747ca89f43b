//! Refusals of this context as problems.

use common::http::{FieldError, Problem};

use crate::problems::{self, field};

/// Why an address is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The account has it already.
    Unchanged,
    /// Somebody else has verified it meanwhile.
    Taken,
    /// The password that a logged-in person gave to prove who they are is not theirs.
    NotMyPassword,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unchanged => Self::field("/email", FieldError::plain(field::EMAIL_UNCHANGED)),
            Refusal::Taken => Self::new(problems::ACCOUNT_EMAIL_TAKEN),
            Refusal::NotMyPassword => Self::new(problems::ACCOUNT_CREDENTIALS_OF_CALLER),
        }
    }
}
