//! Putting a confirmed meeting on record, in the transaction that confirmed it.

use chrono::{DateTime, NaiveDate, Utc};
use common::{
    db::{OnConstraint, Tx},
    events::{Actor, Event},
    http::Problem,
    time::seoul,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    domain::{Confirmed, Refusal},
    store,
};
use crate::membership;

/// Minutes are on record: what the donor gave, the recipient received.
#[derive(Debug, Serialize, ToSchema)]
struct HoursPosted {
    engagement_id: Uuid,
    donor_id: Uuid,
    recipient_id: Uuid,
    journal_id: Uuid,
    minutes: i32,
    /// The day in Korea on which the session began.
    local_date: NaiveDate,
    took_place_at: DateTime<Utc>,
    #[serde(skip)]
    revision: i32,
}

impl Event for HoursPosted {
    const TOPIC: &'static str = "dojob.core.hours.v1";
    const KIND: &'static str = "HoursPosted";

    fn key(&self) -> Uuid {
        self.engagement_id
    }

    fn sequence(&self) -> i64 {
        i64::from(self.revision) + 1
    }
}

/// Posts the meeting: the journal with its two lines, both members' sums, and the event.
///
/// # Errors
/// 500 when the rules of the book refuse; the engagement's own rules never lead there.
pub(crate) async fn post(tx: &mut Tx<'_>, cause: Actor, meeting: &Confirmed) -> Result<(), Problem> {
    let history = store::history(tx, meeting.occurrence, meeting.donor).await?;
    let clock = tx.clock();
    let journal = history.post(clock.id(), meeting, clock.now())?;
    store::insert(tx, &journal).await.on_constraint(store::ONCE, Refusal::AlreadyPosted)?;
    membership::api::record_hours(tx, meeting.donor, meeting.recipient, 1, journal.minutes).await?;
    let posted = HoursPosted {
        engagement_id: meeting.occurrence,
        donor_id: meeting.donor,
        recipient_id: meeting.recipient,
        journal_id: journal.id,
        minutes: journal.minutes,
        local_date: seoul(meeting.took_place_at).date_naive(),
        took_place_at: meeting.took_place_at,
        revision: journal.key.revision,
    };
    tx.emit(cause, &posted).await?;
    Ok(())
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::internal(format!("the activity book refused: {refusal:?}"))
    }
}

#[cfg(test)]
mod contracts {
    use testkit::contracts::{same_samples, sample};

    use super::*;

    #[test]
    fn samples_of_hours_posted() {
        let id = |n: u128| Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_0000 + n);
        let posted = |minutes, local_date: &str, took_place_at: &str, revision| HoursPosted {
            engagement_id: id(10),
            donor_id: id(1),
            recipient_id: id(2),
            journal_id: id(30),
            minutes,
            local_date: local_date.parse().unwrap(),
            took_place_at: took_place_at.parse().unwrap(),
            revision,
        };
        same_samples(
            "core",
            &[
                sample("ninety_minutes", &posted(90, "2026-11-28", "2026-11-28T01:00:00Z", 0)),
                sample("past_midnight_in_korea", &posted(60, "2026-11-29", "2026-11-28T15:30:00Z", 0)),
                sample("one_minute", &posted(1, "2026-12-31", "2026-12-31T14:59:00Z", 0)),
            ],
        );
    }
}
