//! Refusals of this context as problems.

use common::http::Problem;

use super::domain::Refusal;
use crate::problems;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(match refusal {
            Refusal::Taken => problems::CREDENTIAL_TAKEN,
            Refusal::Another => problems::CREDENTIAL_ANOTHER,
            Refusal::Last => problems::CREDENTIAL_LAST,
        })
    }
}
