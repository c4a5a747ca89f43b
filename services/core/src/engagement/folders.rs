//! In which of a party's lists an engagement stands. Between two ticks nothing here changes by itself, so it is
//! written down with every change.

use chrono::{DateTime, Utc};

use super::domain::{Engagement, Hold, Side, State};

/// The four lists; an engagement stands in exactly one of them for each party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Folder {
    /// Something waits for this party's answer; the soonest to end comes first.
    Turn,
    /// Something waits for the other; the soonest to end comes first.
    Waiting,
    /// Agreed and still to come, or under way; the soonest comes first.
    Upcoming,
    /// Over, or stopped for a person to look; the latest comes first.
    Past,
}

impl Folder {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Turn => "turn",
            Self::Waiting => "waiting",
            Self::Upcoming => "upcoming",
            Self::Past => "past",
        }
    }

    pub const fn latest_first(self) -> bool {
        matches!(self, Self::Past)
    }

    /// Where it stands for `side`, and by what it is sorted there.
    pub fn of(e: &Engagement, side: Side, now: DateTime<Utc>) -> (Self, DateTime<Utc>) {
        let due = e.next_tick().unwrap_or(now);
        match e.state {
            State::Scheduled | State::InProgress => (Self::Upcoming, e.terms.starts_at),
            State::Proposed { .. } | State::AwaitingOutcome if e.hold == Hold::None => {
                if e.whose_turn(now).contains(&side) { (Self::Turn, due) } else { (Self::Waiting, due) }
            }
            _ => (Self::Past, now),
        }
    }
}

/// How a session that is over can stand in the list of hours.
pub(crate) const RECORDS: [&str; 6] =
    ["took_place", "on_hold", "waiting", "did_not_take_place", "lapsed", "no_show"];

/// Its line in the list of hours, once its session is over.
pub(super) const fn record(e: &Engagement) -> Option<&'static str> {
    match e.state {
        State::Completed { .. } => Some("took_place"),
        State::AwaitingOutcome if matches!(e.hold, Hold::Dispute) => Some("on_hold"),
        State::AwaitingOutcome => Some("waiting"),
        State::DidNotTakePlace => Some("did_not_take_place"),
        State::Lapsed => Some("lapsed"),
        State::NoShow { .. } => Some("no_show"),
        _ => None,
    }
}
