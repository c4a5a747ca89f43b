//! Every refusal of the rules, as the problem that a client reads.

use actix_web::http::StatusCode;
use common::http::{FieldError, Problem};
use serde_json::json;

use super::domain::{Refusal, Unfit};

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let unfit = |code| Self::new(StatusCode::UNPROCESSABLE_ENTITY, code);
        match refusal {
            Refusal::NotParty => Self::not_found(),
            Refusal::WithOneself => Self::conflict("engagement.own_listing"),
            Refusal::StartsTooSoon => unfit("engagement.starts_too_soon")
                .and_field("/terms/starts_at", FieldError::new("starts_at.too_soon", json!({ "hours": 3 }))),
            Refusal::StartsTooFar => unfit("engagement.starts_too_far")
                .and_field("/terms/starts_at", FieldError::new("starts_at.too_far", json!({ "days": 180 }))),
            Refusal::Over => Self::conflict("engagement.over"),
            Refusal::WrongState => Self::conflict("engagement.wrong_state"),
            Refusal::OnHold => Self::conflict("engagement.on_hold"),
            Refusal::NotYourTurn => Self::conflict("engagement.not_your_turn"),
            Refusal::StaleTerms { current } => Self::conflict("engagement.terms_stale").and_field(
                "/terms_version",
                FieldError::new("terms_version.stale", json!({ "current": current })),
            ),
            Refusal::SameTerms => {
                unfit("engagement.same_terms").and_field("/terms", FieldError::plain("terms.same"))
            }
            Refusal::TooManyVersions => Self::conflict("engagement.too_many_versions"),
            Refusal::NotYourReason => Self::field("/reason", FieldError::plain("reason.not_yours")),
            Refusal::Started => Self::conflict("engagement.started"),
            Refusal::ClaimTooEarly => Self::conflict("engagement.claim_too_early"),
            Refusal::AlreadyClaimed => Self::conflict("engagement.already_claimed"),
            Refusal::AlreadyAdjusted => Self::conflict("engagement.already_adjusted"),
            Refusal::MinutesOutside { low, high } => unfit("engagement.minutes_outside").and_field(
                "/minutes",
                FieldError::new("minutes.out_of_range", json!({ "min": low, "max": high })),
            ),
        }
    }
}

/// Two plans of one person at the same time; whose it is stays unsaid.
pub(super) fn overlap() -> Problem {
    Problem::conflict("engagement.overlap")
}

/// There is an open proposal of these two about this listing already; `id` is which, where it is known.
pub(super) fn open_exists(id: Option<uuid::Uuid>) -> Problem {
    Problem::conflict("engagement.open_exists")
        .and_field("", FieldError::new("engagement.open_exists", json!({ "engagement_id": id })))
}

/// A word or number of the terms that was not taken.
pub(super) fn unfit(unfit: Unfit) -> FieldError {
    match unfit {
        Unfit::TooShort { min } => FieldError::new("text.too_short", json!({ "min": min })),
        Unfit::TooLong { max } => FieldError::new("text.too_long", json!({ "max": max })),
        Unfit::Hidden => FieldError::plain("text.forbidden_character"),
        Unfit::OutOfRange { min, max } => {
            FieldError::new("minutes.out_of_range", json!({ "min": min, "max": max }))
        }
    }
}
