//! Refusals of this context as problems.

use common::http::Problem;

use crate::problems;

/// Why nobody leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is too long ago that whoever is on this device proved who they are.
    OldProof,
    /// The password is not theirs.
    NotMyPassword,
    /// The time to take it back is over.
    Erasing,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(match refusal {
            Refusal::OldProof => problems::PROOF_OLD,
            Refusal::NotMyPassword => problems::ACCOUNT_CREDENTIALS_OF_CALLER,
            Refusal::Erasing => problems::ACCOUNT_ERASING,
        })
    }
}
