//! Refusals of this context as problems.

use common::http::Problem;

use crate::problems;

/// Why a link does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not a link of ours, or only a part of one.
    Invalid,
    /// It has done what it was for.
    Used,
    /// Its time is over, or the password or the address was changed since.
    Expired,
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::new(match refusal {
            Refusal::Invalid => problems::LINK_INVALID,
            Refusal::Used => problems::LINK_USED,
            Refusal::Expired => problems::LINK_EXPIRED,
        })
    }
}
