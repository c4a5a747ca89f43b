//! Refusals of this context as problems.

use std::time::Duration;

use actix_web::http::StatusCode;
use common::http::{FieldError, Problem};
use serde_json::json;

/// The same for a stranger and for a conversation that core has opened and whose event has not arrived yet.
pub(super) fn not_here_yet() -> Problem {
    Problem::not_found().retry_after(Duration::from_secs(1))
}

/// The account's bucket is empty.
pub(super) fn too_many_messages() -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "message.too_many").retry_after(Duration::from_secs(1))
}

/// A cursor beyond the newest message.
pub(super) fn out_of_range(max: i64) -> Problem {
    Problem::field("/seq", FieldError::new("seq.out_of_range", json!({ "max": max })))
}
