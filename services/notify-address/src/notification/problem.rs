//! The refusal of this context as a problem.

use common::http::Problem;

use crate::problems;

/// This category cannot be switched off.
pub(super) fn locked() -> Problem {
    Problem::new(problems::PREFERENCE_LOCKED)
}
