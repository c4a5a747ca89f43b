//! Every refusal of the catalogue, as the problem that a client reads.

use actix_web::http::StatusCode;
use common::http::Problem;

use super::domain::Refusal;

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotYours => Self::new(StatusCode::FORBIDDEN, refusal.code()),
            Refusal::TooManyOpen(_) | Refusal::Stale(_) | Refusal::WrongState(_) => {
                Self::conflict(refusal.code())
            }
        }
    }
}

/// Nobody can propose on the listing (any more).
pub(super) fn not_open() -> Problem {
    Problem::conflict("listing.not_open")
}
