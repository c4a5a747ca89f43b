//! Every refusal of the activity book, as the problem that a client reads.

use common::http::{FieldError, Problem};
use serde_json::json;

use super::domain::{Excess, Refusal};
use crate::problems::{self, field};

impl From<Excess> for Problem {
    fn from(excess: Excess) -> Self {
        let (code, max) = match excess {
            Excess::Agreed { max } => (problems::ENGAGEMENT_MINUTES_OVER_PLAN, max),
            Excess::NextMeeting { max } => (problems::ENGAGEMENT_MINUTES_OVERLAP, max),
            Excess::Day { max } => (problems::ENGAGEMENT_MINUTES_OVER_DAY, max),
        };
        let params = json!({ "min": 1, "max": max });
        Self::new(code).and_field("/minutes", FieldError::new(field::MINUTES_OUT_OF_RANGE, params))
    }
}

/// Time that is taken already: what [`Room`](super::domain::Room) did not know of.
pub(super) fn overlap() -> Problem {
    Excess::NextMeeting { max: 0 }.into()
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Excess(excess) => excess.into(),
            // None of these is a client's doing.
            Refusal::NoMinutes | Refusal::WithOneself | Refusal::AlreadyPosted | Refusal::NothingPosted => {
                Self::internal(format!("the activity book refused: {refusal:?}"))
            }
        }
    }
}
