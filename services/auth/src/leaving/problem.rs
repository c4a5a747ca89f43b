//! Refusals of this context as problems.

use common::http::Problem;

use crate::problems;

/// Why nobody leaves, or stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The time to take it back is over.
    Erasing,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(match refusal {
            Refusal::Erasing => problems::ACCOUNT_ERASING,
        })
    }
}
