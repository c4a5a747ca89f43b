//! Refusals of this context as problems.

use common::http::Problem;

use super::domain::Refusal;
use crate::problems;

/// Whose account it was has left, and the time to take that back is over.
pub(super) fn erasing() -> Problem {
    Problem::new(problems::ACCOUNT_ERASING)
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(match refusal {
            Refusal::Over => problems::SESSION_OVER,
            Refusal::Revoked => problems::SESSION_REVOKED,
            Refusal::Reused | Refusal::Reusing => problems::SESSION_REUSED,
            Refusal::Unproved => problems::PROOF_NEEDED,
        })
    }
}
