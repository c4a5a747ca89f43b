//! When an appointment stands, and when its two people are reminded of it.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use common::time::seoul;
use uuid::Uuid;

use super::{notices::Fact, params::Lead};

/// Whether the two of an engagement are to meet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Appointment {
    /// The highest sequence that has arrived.
    pub sequence: i64,
    /// Set while they are to meet.
    pub starts_at: Option<DateTime<Utc>>,
}

impl Appointment {
    /// Takes an event in: the one of the highest sequence decides, whenever it arrives.
    #[must_use]
    pub fn after(self, fact: Fact, sequence: i64, starts_at: Option<DateTime<Utc>>) -> Self {
        if sequence < self.sequence {
            return self;
        }
        Self { sequence, starts_at: starts_at.filter(|_| fact == Fact::Scheduled) }
    }
}

/// Three hours before.
fn soon(starts_at: DateTime<Utc>) -> DateTime<Utc> {
    starts_at - TimeDelta::hours(3)
}

/// Whether this reminder still says something at `now`, however late it comes: the evening before until the other one
/// is due, that one until the start.
pub fn matters(lead: Option<Lead>, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    match lead {
        Some(Lead::Evening) => now < soon(starts_at),
        Some(Lead::Soon) => now < starts_at,
        None => false,
    }
}

/// The reminders that still lie ahead: the evening before at eight in Seoul, and three hours before.
pub fn reminders(starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Vec<(Lead, DateTime<Utc>)> {
    let evening = evening_before(starts_at).map(|at| (Lead::Evening, at));
    let soon = (Lead::Soon, soon(starts_at));
    evening.into_iter().chain([soon]).filter(|(_, at)| *at > now).collect()
}

fn evening_before(starts_at: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let there = seoul(starts_at);
    let evening = there.date_naive().pred_opt()?.and_time(NaiveTime::from_hms_opt(20, 0, 0)?);
    evening.and_local_timezone(there.timezone()).single().map(|at| at.to_utc())
}

/// The reminder's own event: the appointment's, told apart by its lead.
pub fn reminder_id(scheduled: Uuid, lead: Lead) -> Uuid {
    let mark = match lead {
        Lead::Evening => 1,
        Lead::Soon => 2,
    };
    Uuid::from_u128(scheduled.as_u128() ^ mark)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).unwrap().to_utc()
    }

    #[test]
    fn the_evening_before_is_eight_in_seoul() {
        let now = at("2026-11-01T00:00:00Z");
        // 00:30 on the 28th in Seoul.
        let early = at("2026-11-27T15:30:00Z");
        assert_eq!(
            reminders(early, now),
            [(Lead::Evening, at("2026-11-27T11:00:00Z")), (Lead::Soon, at("2026-11-27T12:30:00Z"))]
        );
        // 23:30 on the 27th in Seoul.
        let late = at("2026-11-27T14:30:00Z");
        assert_eq!(reminders(late, now)[0], (Lead::Evening, at("2026-11-26T11:00:00Z")));
    }

    #[test]
    fn reminders_in_the_past_are_left_out() {
        let starts_at = at("2026-11-28T05:00:00Z");
        let leads = |now| reminders(starts_at, at(now)).iter().map(|(lead, _)| *lead).collect::<Vec<_>>();
        assert_eq!(leads("2026-11-27T11:00:00Z"), [Lead::Soon]);
        assert_eq!(leads("2026-11-28T02:00:00Z"), []);
    }

    #[test]
    fn at_every_moment_one_reminder_matters_at_most() {
        let starts_at = at("2026-11-28T05:00:00Z");
        let both = [Lead::Evening, Lead::Soon];
        let matter = |now| both.map(|lead| matters(Some(lead), starts_at, at(now)));
        // Soon is not due yet: its timer has not come.
        assert_eq!(matter("2026-11-28T01:59:59Z"), [true, true]);
        assert_eq!(matter("2026-11-28T02:00:00Z"), [false, true]);
        assert_eq!(matter("2026-11-28T04:59:59Z"), [false, true]);
        assert_eq!(matter("2026-11-28T05:00:00Z"), [false, false]);
    }

    fn facts() -> impl Strategy<Value = Vec<(Fact, i64)>> {
        let kinds = prop_oneof![
            Just(Fact::Proposed { awaiting: None }),
            Just(Fact::Scheduled),
            Just(Fact::Cancelled),
            Just(Fact::Started),
        ];
        proptest::collection::vec(kinds, 1..8).prop_map(|events| events.into_iter().zip(1..).collect())
    }

    proptest! {
        #[test]
        fn the_appointment_does_not_depend_on_the_order_of_events(
            (events, shuffled) in facts().prop_flat_map(|e| (Just(e.clone()), Just(e).prop_shuffle()))
        ) {
            let start = Some(at("2026-11-28T05:00:00Z"));
            let all = |events: &[(Fact, i64)]| events.iter().fold(
                Appointment::default(),
                |appointment, (fact, sequence)| appointment.after(*fact, *sequence, start),
            );
            let last = events.last().is_some_and(|(fact, _)| *fact == Fact::Scheduled);
            prop_assert_eq!(all(&shuffled).starts_at.is_some(), last);
            prop_assert_eq!(all(&events), all(&shuffled));
        }
    }
}
