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
    MoreThanADay,
    WithOneself,
    AlreadyPosted,
    NothingPosted,
}

/// A meeting that both confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confirmed {
    pub occurrence: Uuid,
    pub donor: Uuid,
    pub recipient: Uuid,
    pub minutes: i32,
    pub took_place_at: DateTime<Utc>,
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

    /// Puts one minute to one day on record, once.
    pub fn post(&self, id: Uuid, of: &Confirmed, now: DateTime<Utc>) -> Result<Journal, Refusal> {
        match of.minutes {
            _ if self.live().is_some() => Err(Refusal::AlreadyPosted),
            _ if of.donor == of.recipient => Err(Refusal::WithOneself),
            ..=0 => Err(Refusal::NoMinutes),
            1..=MAX_MINUTES => Ok(Journal {
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
            _ => Err(Refusal::MoreThanADay),
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

    use proptest::prelude::*;

    use super::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn confirmed(minutes: i32) -> Confirmed {
        let took_place_at = DateTime::UNIX_EPOCH;
        Confirmed { occurrence: id(100), donor: id(1), recipient: id(2), minutes, took_place_at }
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
        assert_eq!(post(&none, 1441), Err(Refusal::MoreThanADay));
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

    proptest! {
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
