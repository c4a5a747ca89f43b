//! Every refusal of membership, as the problem that a client reads.

use common::http::{FieldError, Problem};

use crate::problems::{self, field};

/// Below the age that the operator asks of who publishes and proposes.
pub(super) fn under_age() -> Problem {
    Problem::new(problems::MEMBER_UNDER_AGE)
}

/// What is asked for takes a complete profile; `missing` is what it lacks.
pub(super) fn incomplete(missing: &[&str]) -> Problem {
    missing.iter().fold(Problem::new(problems::PROFILE_INCOMPLETE), |problem, field| {
        problem.and_field(format!("/{field}"), FieldError::plain(field::PROFILE_MISSING))
    })
}

/// The member leaves.
pub(super) fn leaving() -> Problem {
    Problem::new(problems::PROFILE_LEAVING)
}
