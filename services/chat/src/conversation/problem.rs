//! Refusals of this context as problems.

use std::time::Duration;

use chrono::{DateTime, Utc};
use common::http::{FieldError, Problem};
use serde_json::json;

use super::domain::Unanswered;
use crate::problems::{self, field};

/// The same for a stranger and for a conversation that core has opened and whose event has not arrived yet.
pub(super) fn not_here_yet() -> Problem {
    Problem::not_found().retry_after(Duration::from_secs(1))
}

/// The account's bucket is empty.
pub(super) fn too_many_messages() -> Problem {
    Problem::new(problems::MESSAGE_TOO_MANY).retry_after(Duration::from_secs(1))
}

/// So many in a row, and no word of the other: `limit` within `hours`, the next one fits at `until`.
pub(super) fn too_many_unanswered(limit: i32, until: DateTime<Utc>, now: DateTime<Utc>) -> Problem {
    let params = json!({ "limit": limit, "hours": Unanswered::WINDOW.num_hours(), "until": until });
    Problem::new(problems::MESSAGE_TOO_MANY_UNANSWERED)
        .and_field("", FieldError::new(field::BUDGET_SPENT, params))
        .retry_after((until - now).to_std().unwrap_or_default())
}

/// A cursor beyond the newest message.
pub(super) fn out_of_range(max: i64) -> Problem {
    Problem::field("/seq", FieldError::new(field::SEQ_OUT_OF_RANGE, json!({ "max": max })))
}
