//! Every refusal of membership, as the problem that a client reads.

use common::http::{FieldError, Problem};

/// What is asked for takes a complete profile; `missing` is what it lacks.
pub(super) fn incomplete(missing: &[&str]) -> Problem {
    missing.iter().fold(Problem::conflict("profile.incomplete"), |problem, field| {
        problem.and_field(format!("/{field}"), FieldError::plain("profile.missing"))
    })
}
