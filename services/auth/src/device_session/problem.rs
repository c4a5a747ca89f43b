//! Refusals of this context as problems.

use common::http::Problem;

use super::domain::Refusal;
use crate::problems;

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
