//! Every refusal of the rules, as the problem that a client reads.

use common::http::{FieldError, Problem};
use serde_json::json;

use super::domain::{OutOfRange, Refusal};
use crate::problems::{self, field};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotParty => Self::not_found(),
            Refusal::WithOneself => Self::new(problems::ENGAGEMENT_OWN_LISTING),
            Refusal::StartsTooSoon => Self::new(problems::ENGAGEMENT_STARTS_TOO_SOON).and_field(
                "/terms/starts_at",
                FieldError::new(field::STARTS_AT_TOO_SOON, json!({ "hours": 3 })),
            ),
            Refusal::StartsTooFar => Self::new(problems::ENGAGEMENT_STARTS_TOO_FAR).and_field(
                "/terms/starts_at",
                FieldError::new(field::STARTS_AT_TOO_FAR, json!({ "days": 180 })),
            ),
            Refusal::Over => Self::new(problems::ENGAGEMENT_OVER),
            Refusal::WrongState => Self::new(problems::ENGAGEMENT_WRONG_STATE),
            Refusal::OnHold => Self::new(problems::ENGAGEMENT_ON_HOLD),
            Refusal::NotYourTurn => Self::new(problems::ENGAGEMENT_NOT_YOUR_TURN),
            Refusal::StaleTerms { current } => Self::new(problems::ENGAGEMENT_TERMS_STALE).and_field(
                "/terms_version",
                FieldError::new(field::TERMS_VERSION_STALE, json!({ "current": current })),
            ),
            Refusal::SameTerms => Self::new(problems::ENGAGEMENT_SAME_TERMS)
                .and_field("/terms", FieldError::plain(field::TERMS_SAME)),
            Refusal::TooManyVersions => Self::new(problems::ENGAGEMENT_TOO_MANY_VERSIONS),
            Refusal::NotYourReason => Self::field("/reason", FieldError::plain(field::REASON_NOT_YOURS)),
            Refusal::Started => Self::new(problems::ENGAGEMENT_STARTED),
            Refusal::ClaimTooEarly => Self::new(problems::ENGAGEMENT_CLAIM_TOO_EARLY),
            Refusal::AlreadyClaimed => Self::new(problems::ENGAGEMENT_ALREADY_CLAIMED),
            Refusal::AlreadyAdjusted => Self::new(problems::ENGAGEMENT_ALREADY_ADJUSTED),
            Refusal::MinutesOverPlan { max } => Self::new(problems::ENGAGEMENT_MINUTES_OVER_PLAN).and_field(
                "/minutes",
                FieldError::new(field::MINUTES_OUT_OF_RANGE, json!({ "min": 1, "max": max })),
            ),
            Refusal::MinutesOutside { low, high } => Self::new(problems::ENGAGEMENT_MINUTES_OUTSIDE)
                .and_field(
                    "/minutes",
                    FieldError::new(field::MINUTES_OUT_OF_RANGE, json!({ "min": low, "max": high })),
                ),
        }
    }
}

/// Two plans of one person at the same time; whose it is stays unsaid.
pub(super) fn overlap() -> Problem {
    Problem::new(problems::ENGAGEMENT_OVERLAP)
}

/// There is an open proposal of these two about this listing already; `id` is which, where it is known.
pub(super) fn open_exists(id: Option<uuid::Uuid>) -> Problem {
    Problem::new(problems::ENGAGEMENT_OPEN_EXISTS)
        .and_field("", FieldError::new(field::ENGAGEMENT_OPEN_EXISTS, json!({ "engagement_id": id })))
}

/// A number of the terms that was not taken.
pub(super) fn out_of_range(OutOfRange { min, max }: OutOfRange) -> FieldError {
    FieldError::new(field::MINUTES_OUT_OF_RANGE, json!({ "min": min, "max": max }))
}
