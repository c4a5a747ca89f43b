//! Every refusal of the catalogue, as the problem that a client reads.

use common::http::Problem;

use super::domain::Refusal;
use crate::{
    listing::ListingKind::{Need, Talent},
    problems,
};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(match refusal {
            Refusal::NotYours => problems::LISTING_NOT_YOURS,
            Refusal::TooManyOpen(Talent) => problems::TALENT_TOO_MANY_OPEN,
            Refusal::TooManyOpen(Need) => problems::NEED_TOO_MANY_OPEN,
            Refusal::Stale(Talent) => problems::TALENT_STALE,
            Refusal::Stale(Need) => problems::NEED_STALE,
            Refusal::WrongState(Talent) => problems::TALENT_WRONG_STATE,
            Refusal::WrongState(Need) => problems::NEED_WRONG_STATE,
        })
    }
}

/// Nobody can propose on the listing (any more).
pub(super) fn not_open() -> Problem {
    Problem::new(problems::LISTING_NOT_OPEN)
}
