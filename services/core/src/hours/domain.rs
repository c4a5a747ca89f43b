//! The activity book: real minutes, double entry. What one gave, another received; the sum over
//! all accounts is zero by construction, because a journal holds its minutes once.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A real meeting fits into one day.
const MAX_MINUTES: i32 = 24 * 60;

/// One side of a member's book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Account {
    Given(Uuid),
    Received(Uuid),
}

impl Account {
    pub const fn member(self) -> Uuid {
        match self {
            Self::Given(member) | Self::Received(member) => member,
        }
    }

    pub const fn kind(self) -> &'static str {
        match self {
            Self::Given(_) => "given",
            Self::Received(_) => "received",
        }
    }
}

/// A signed line of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    pub account: Account,
    pub minutes: i32,
}

/// One meeting of one donor is on record once per revision; the database holds this unique.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JournalKey {
    pub occurrence: Uuid,
    pub donor: Uuid,
    /// 0 for the first posting, one more for every correction.
    pub revision: i32,
}

/// An immutable entry. A mistake is never edited: a reversal with opposite minutes follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Journal {
    pub id: Uuid,
    pub key: JournalKey,
    pub recipient: Uuid,
    /// Negative in a reversal.
    pub minutes: i32,
    /// The journal that this one takes back.
    pub reverses: Option<Uuid>,
    /// When the meeting began; decides to which day and month the minutes belong.
    pub took_place_at: DateTime<Utc>,
    pub posted_at: DateTime<Utc>,
}

impl Journal {
    /// The donor's book rises by what the recipient's falls.
    pub const fn postings(&self) -> [Posting; 2] {
        [
            Posting { account: Account::Given(self.key.donor), minutes: self.minutes },
            Posting { account: Account::Received(self.recipient), minutes: -self.minutes },
        ]
    }
}

/// Why the book was left as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    NoMinutes,
    Excess(Excess),
    WithOneself,
    AlreadyPosted,
    NothingPosted,
}

/// What bounds the minutes of a meeting, besides what the two say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// What was agreed, and what it may take longer.
    pub agreed: i32,
    /// When the next meeting of either begins.
    pub next_at: Option<DateTime<Utc>>,
    /// Minutes on record of either, the larger, on the day in Korea on which this meeting began.
    pub on_that_day: i32,
}

/// More minutes than there is room for; `max` are left, which may be none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Excess {
    Agreed { max: i32 },
    NextMeeting { max: i32 },
    Day { max: i32 },
}

impl Room {
    /// The one rule of how long a meeting may have been: no longer than agreed, not into the next one, and a day has
    /// 24 hours.
    pub fn judge(&self, took_place_at: DateTime<Utc>, minutes: i32) -> Result<(), Excess> {
        let gap = self.next_at.map_or(i64::MAX, |next| (next - took_place_at).num_minutes());
        let gap = i32::try_from(gap.max(0)).unwrap_or(i32::MAX);
        let day = (MAX_MINUTES - self.on_that_day).max(0);
        match minutes {
            _ if minutes > self.agreed => Err(Excess::Agreed { max: self.agreed.min(gap).min(day) }),
            _ if minutes > gap => Err(Excess::NextMeeting { max: gap.min(day) }),
            _ if minutes > day => Err(Excess::Day { max: day }),
            _ => Ok(()),
        }
    }
}

/// A meeting that both confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    pub occurrence: Uuid,
    pub donor: Uuid,
    pub recipient: Uuid,
    pub minutes: i32,
    pub took_place_at: DateTime<Utc>,
    pub room: Room,
}

/// Every journal of one meeting of one donor, oldest first. At most one of them is live.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History(Vec<Journal>);

impl History {
    pub const fn of(journals: Vec<Journal>) -> Self {
        Self(journals)
    }

    /// The posting that stands: not a reversal, and not taken back by one.
    pub fn live(&self) -> Option<&Journal> {
        self.0.last().filter(|last| last.reverses.is_none())
    }

    /// Puts as many minutes on record as there is room for, once.
    pub fn post(&self, id: Uuid, of: &Confirmed, now: DateTime<Utc>) -> Result<Journal, Refusal> {
        of.room.judge(of.took_place_at, of.minutes).map_err(Refusal::Excess)?;
        match of.minutes {
            _ if self.live().is_some() => Err(Refusal::AlreadyPosted),
            _ if of.donor == of.recipient => Err(Refusal::WithOneself),
            ..=0 => Err(Refusal::NoMinutes),
            _ => Ok(Journal {
                id,
                key: JournalKey {
                    occurrence: of.occurrence,
                    donor: of.donor,
                    revision: self.next_revision(),
                },
                recipient: of.recipient,
                minutes: of.minutes,
                reverses: None,
                took_place_at: of.took_place_at,
                posted_at: now,
            }),
        }
    }

    /// Takes the live posting back by its opposite.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "nobody corrects a posting yet; its rules are settled here")
    )]
    pub fn reverse(&self, id: Uuid, now: DateTime<Utc>) -> Result<Journal, Refusal> {
        let live = self.live().ok_or(Refusal::NothingPosted)?;
        Ok(Journal {
            id,
            key: JournalKey { revision: self.next_revision(), ..live.key },
            minutes: -live.minutes,
            reverses: Some(live.id),
            posted_at: now,
            ..live.clone()
        })
    }

    /// The history with a journal it produced.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "nobody corrects a posting yet; its rules are settled here")
    )]
    #[must_use]
    pub fn with(mut self, journal: Journal) -> Self {
        self.0.push(journal);
        self
    }

    fn next_revision(&self) -> i32 {
        self.0.last().map_or(0, |last| last.key.revision + 1)
    }
}

/// What a member gave and received, in minutes, both as people count: upwards. Members' own columns must equal it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statement {
    pub given: i64,
    pub received: i64,
}

impl Statement {
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the columns serve; this is what they are proved against")
    )]
    pub fn of<'a>(member: Uuid, journals: impl IntoIterator<Item = &'a Journal>) -> Self {
        journals.into_iter().flat_map(Journal::postings).filter(|p| p.account.member() == member).fold(
            Self::default(),
            |total, posting| match posting.account {
                Account::Given(_) => Self { given: total.given + i64::from(posting.minutes), ..total },
                Account::Received(_) => {
                    Self { received: total.received - i64::from(posting.minutes), ..total }
                }
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn confirmed(minutes: i32) -> Confirmed {
        let took_place_at = DateTime::UNIX_EPOCH;
        let room = Room { agreed: 1440, next_at: None, on_that_day: 0 };
        Confirmed { occurrence: id(100), donor: id(1), recipient: id(2), minutes, took_place_at, room }
    }

    fn post(history: &History, minutes: i32) -> Result<Journal, Refusal> {
        history.post(id(9), &confirmed(minutes), DateTime::UNIX_EPOCH)
    }

    #[test]
    fn a_meeting_puts_the_same_minutes_on_both_sides() {
        let journal = post(&History::default(), 60).unwrap();
        assert_eq!(
            journal.postings(),
            [
                Posting { account: Account::Given(id(1)), minutes: 60 },
                Posting { account: Account::Received(id(2)), minutes: -60 },
            ]
        );
        assert_eq!(Statement::of(id(1), [&journal]), Statement { given: 60, received: 0 });
        assert_eq!(Statement::of(id(2), [&journal]), Statement { given: 0, received: 60 });
        assert_eq!(Statement::of(id(3), [&journal]), Statement::default());
    }

    #[test]
    fn only_one_minute_to_one_day_between_two_people_is_posted() {
        let none = History::default();
        assert_eq!(post(&none, 0), Err(Refusal::NoMinutes));
        assert_eq!(post(&none, i32::MIN), Err(Refusal::NoMinutes));
        assert_eq!(post(&none, 1441), Err(Refusal::Excess(Excess::Agreed { max: 1440 })));
        assert!(post(&none, 1).is_ok() && post(&none, 1440).is_ok());
        let alone = Confirmed { recipient: id(1), ..confirmed(60) };
        assert_eq!(none.post(id(9), &alone, DateTime::UNIX_EPOCH), Err(Refusal::WithOneself));
    }

    #[test]
    fn a_second_posting_needs_a_reversal_first_and_takes_the_next_revision() {
        let once = History::default().with(post(&History::default(), 60).unwrap());
        assert_eq!(post(&once, 60), Err(Refusal::AlreadyPosted));
        let back = once.reverse(id(10), DateTime::UNIX_EPOCH).unwrap();
        assert_eq!((back.minutes, back.reverses, back.key.revision), (-60, Some(id(9)), 1));
        let reversed = once.with(back);
        assert_eq!(reversed.live(), None);
        assert_eq!(reversed.reverse(id(11), DateTime::UNIX_EPOCH), Err(Refusal::NothingPosted));
        let again = post(&reversed, 45).unwrap();
        assert_eq!((again.minutes, again.key.revision), (45, 2));
    }

    #[test]
    fn a_meeting_ends_with_what_was_agreed_the_next_one_and_the_day() {
        let start = DateTime::UNIX_EPOCH;
        let room = Room { agreed: 75, next_at: None, on_that_day: 0 };
        let judge = |room: Room, minutes| room.judge(start, minutes);
        assert_eq!((judge(room, 75), judge(room, 76)), (Ok(()), Err(Excess::Agreed { max: 75 })));
        let next = Room { next_at: Some(start + TimeDelta::minutes(60)), ..room };
        assert_eq!((judge(next, 60), judge(next, 61)), (Ok(()), Err(Excess::NextMeeting { max: 60 })));
        // What could be said instead is told at once.
        assert_eq!(judge(next, 76), Err(Excess::Agreed { max: 60 }));
        let full = Room { on_that_day: 1400, ..room };
        assert_eq!((judge(full, 40), judge(full, 41)), (Ok(()), Err(Excess::Day { max: 40 })));
        assert_eq!(judge(Room { on_that_day: 1500, ..room }, 1), Err(Excess::Day { max: 0 }));
    }

    proptest! {
        /// Whatever two people claim of meetings that follow one another: what there is room for never exceeds what was
        /// agreed, never overlaps, and never fills more than a day.
        #[test]
        fn confirmed_minutes_fit_into_a_life(
            meetings in prop::collection::vec((0i64..30, 15i32..=480, 1i32..=480), 1..40)
        ) {
            let mut at = DateTime::UNIX_EPOCH;
            let mut plans = Vec::new();
            for (pause, planned, claimed) in meetings {
                at += TimeDelta::minutes(pause);
                plans.push((at, planned, claimed));
                at += TimeDelta::minutes(planned.into());
            }
            let mut book: Vec<(DateTime<Utc>, i32)> = Vec::new();
            for (n, (start, planned, claimed)) in plans.iter().enumerate() {
                let day = |at: &DateTime<Utc>| at.date_naive();
                let on_that_day = book.iter().filter(|(at, _)| day(at) == day(start)).map(|(_, m)| m).sum();
                let room = Room { agreed: planned + 15, next_at: plans.get(n + 1).map(|next| next.0), on_that_day };
                match room.judge(*start, *claimed) {
                    Ok(()) => book.push((*start, *claimed)),
                    Err(Excess::Agreed { max } | Excess::NextMeeting { max } | Excess::Day { max }) => {
                        prop_assert!(max < *claimed);
                        // What is told to be left, is.
                        prop_assert_eq!(room.judge(*start, max), Ok(()));
                        if max > 0 {
                            book.push((*start, max));
                        }
                    }
                }
            }
            for (n, (start, minutes)) in book.iter().enumerate() {
                let planned = plans.iter().find(|plan| plan.0 == *start && plan.1 + 15 >= *minutes);
                prop_assert!(planned.is_some());
                if let Some((next, _)) = book.get(n + 1) {
                    prop_assert!(*start + TimeDelta::minutes((*minutes).into()) <= *next);
                }
                let of_day: i32 =
                    book.iter().filter(|(at, _)| at.date_naive() == start.date_naive()).map(|(_, m)| m).sum();
                prop_assert!(of_day <= 1440);
            }
        }

        /// However postings, reversals and corrections interleave: the book sums to zero, keys are
        /// unique, each meeting has at most one live journal, and the statements equal the live ones.
        #[test]
        fn the_book_always_balances(
            steps in prop::collection::vec((0..4u128, 1..5u128, 1..5u128, -5..1500i32, any::<bool>()), 0..80)
        ) {
            let mut meetings: Vec<(Uuid, History)> = (0..4).map(|n| (id(100 + n), History::default())).collect();
            let mut next = 1000;
            for (meeting, donor, recipient, minutes, reverse) in steps {
                let (occurrence, history) = &mut meetings[usize::try_from(meeting).unwrap()];
                next += 1;
                let donor = history.0.first().map_or(id(donor), |first| first.key.donor);
                let of = Confirmed { occurrence: *occurrence, donor, recipient: id(recipient), ..confirmed(minutes) };
                let had_live = history.live().is_some();
                let entry = if reverse { history.reverse(id(next), of.took_place_at) } else { history.post(id(next), &of, of.took_place_at) };
                if let Ok(entry) = entry {
                    prop_assert_eq!(had_live, entry.reverses.is_some());
                    *history = history.clone().with(entry);
                }
            }
            let all: Vec<&Journal> = meetings.iter().flat_map(|(_, h)| &h.0).collect();
            let live: Vec<&Journal> = meetings.iter().filter_map(|(_, h)| h.live()).collect();
            prop_assert_eq!(all.iter().flat_map(|j| j.postings()).map(|p| i64::from(p.minutes)).sum::<i64>(), 0);
            prop_assert_eq!(all.iter().map(|j| j.key).collect::<HashSet<_>>().len(), all.len());
            prop_assert!(live.iter().all(|j| (1..=1440).contains(&j.minutes) && j.key.donor != j.recipient));
            for member in (1..5).map(id) {
                prop_assert_eq!(Statement::of(member, all.iter().copied()), Statement::of(member, live.iter().copied()));
            }
        }
    }
}
