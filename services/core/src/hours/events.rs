//! What the activity book publishes.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

common::events::events! {
    topic: "dojob.core.hours.v1", key: engagement_id, sequence: sequence;

    /// Minutes are on record: what the donor gave, the recipient received.
    pub(super) struct HoursPosted {
        pub engagement_id: Uuid,
        pub donor_id: Uuid,
        pub recipient_id: Uuid,
        pub journal_id: Uuid,
        pub minutes: i32,
        /// The day in Korea on which the session began.
        pub local_date: NaiveDate,
        pub took_place_at: DateTime<Utc>,
        #[serde(skip)]
        pub sequence: i32,
    }
}

#[cfg(test)]
mod contracts {
    use testkit::contracts::{same_samples, sample};

    use super::*;

    #[test]
    fn samples_of_hours_posted() {
        let id = |n: u128| Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_0000 + n);
        let posted = |minutes, local_date: &str, took_place_at: &str, sequence| HoursPosted {
            engagement_id: id(10),
            donor_id: id(1),
            recipient_id: id(2),
            journal_id: id(30),
            minutes,
            local_date: local_date.parse().unwrap(),
            took_place_at: took_place_at.parse().unwrap(),
            sequence,
        };
        same_samples(
            "core",
            &[
                sample("ninety_minutes", &posted(90, "2026-11-28", "2026-11-28T01:00:00Z", 1)),
                sample("past_midnight_in_korea", &posted(60, "2026-11-29", "2026-11-28T15:30:00Z", 1)),
                sample("one_minute", &posted(1, "2026-12-31", "2026-12-31T14:59:00Z", 1)),
            ],
        );
    }
}
