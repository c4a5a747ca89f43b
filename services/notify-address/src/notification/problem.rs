//! The refusal of this context as a problem.

use common::http::Problem;

/// This category cannot be switched off.
pub(super) fn locked() -> Problem {
    Problem::conflict("preference.locked")
}
