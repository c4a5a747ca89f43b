//! Refusals of this context as problems.

use common::http::Problem;

use super::domain::Refusal;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::unauthenticated(match refusal {
            Refusal::Over => "session.over",
            Refusal::Revoked => "session.revoked",
            Refusal::Reused | Refusal::Reusing => "session.reused",
        })
    }
}
