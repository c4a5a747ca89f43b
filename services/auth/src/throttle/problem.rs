//! The refusal of this context as a problem.

use std::time::Duration;

use actix_web::http::StatusCode;
use common::http::Problem;

use super::domain::TooSoon;

impl From<TooSoon> for Problem {
    fn from(TooSoon(wait): TooSoon) -> Self {
        // In whole seconds, rounded up: a client that waits that long must not come too early.
        let wait = Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        Self::new(StatusCode::TOO_MANY_REQUESTS, "account.throttled").retry_after(wait)
    }
}
