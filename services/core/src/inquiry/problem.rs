//! Every refusal of inquiries, as the problem that a client reads.

use common::http::Problem;

use crate::problems;

/// Nobody asks themselves: the code of a proposal to oneself, because it says the same.
pub(super) fn own_listing() -> Problem {
    Problem::new(problems::ENGAGEMENT_OWN_LISTING)
}
