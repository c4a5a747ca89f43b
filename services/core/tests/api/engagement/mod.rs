//! Engagements over HTTP, with a clock that is moved: a file for each operation, and the whole story.

mod accept;
mod adjust;
mod agree_did_not_take_place;
mod cancel;
mod claim;
mod counter;
mod decline;
mod get;
mod list;
mod propose;
mod story;
mod tick;

use chrono::TimeDelta;
use serde_json::Value;

fn errors(answer: &testkit::Answer) -> Value {
    answer.json()["errors"].clone()
}

fn kinds_of(timeline: &Value) -> Vec<&str> {
    timeline["timeline"].as_array().unwrap().iter().map(|t| t["kind"].as_str().unwrap()).collect()
}

/// Runs them all at the same time.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    futures_util::future::join_all(all).await
}

trait RoundUp {
    fn duration_round_up(self) -> Self;
}

impl RoundUp for chrono::DateTime<chrono::Utc> {
    /// The next whole minute.
    fn duration_round_up(self) -> Self {
        use chrono::DurationRound;
        self.duration_trunc(TimeDelta::minutes(1)).unwrap() + TimeDelta::minutes(1)
    }
}
