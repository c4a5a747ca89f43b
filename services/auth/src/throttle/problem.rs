//! The refusal of this context as a problem.

use std::time::Duration;

use common::http::Problem;

use super::domain::TooSoon;
use crate::problems;

impl From<TooSoon> for Problem {
    fn from(TooSoon(wait): TooSoon) -> Self {
        // In whole seconds, rounded up: a client that waits that long must not come too early.
        let wait = Duration::from_secs(wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        Self::new(problems::ACCOUNT_THROTTLED).retry_after(wait)
    }
}
