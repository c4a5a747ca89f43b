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
    /// The link is of another account than the one that is logged in here.
    AnotherAccount,
    /// The link of a sign-up was opened in another browser, and without its password.
    PasswordNeeded,
    /// The password that came with the link is not the one of the sign-up.
    WrongPassword,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unchanged => Self::field("/email", FieldError::plain(field::EMAIL_UNCHANGED)),
            Refusal::Taken => Self::new(problems::ACCOUNT_EMAIL_TAKEN),
            Refusal::AnotherAccount => Self::new(problems::LINK_ANOTHER_ACCOUNT),
            Refusal::PasswordNeeded => Self::new(problems::ACCOUNT_PASSWORD_NEEDED),
            Refusal::WrongPassword => Self::new(problems::ACCOUNT_CREDENTIALS),
        }
    }
}
