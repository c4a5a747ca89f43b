//! How often one account may do what reaches others unasked. Numbers that nobody meets who means it; what answers
//! somebody (accepting, countering, declining, saying what happened) has none.

use chrono::{DateTime, TimeDelta, Utc};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Proposal,
    /// To one person, since that person last answered one.
    ProposalToOne,
    Inquiry,
    Talent,
    Need,
    /// Of a listing: its words, pausing, resuming, renewing.
    ListingEdit,
    ProfileEdit,
}

/// So many within so many hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Budget {
    pub kind: Kind,
    /// As it is stored.
    pub name: &'static str,
    pub limit: usize,
    pub hours: i64,
}

impl Kind {
    /// All the numbers.
    pub(super) const fn budget(self) -> Budget {
        let (name, limit, hours) = match self {
            Self::Proposal => ("proposal", 10, 1),
            Self::ProposalToOne => ("proposal_to_one", 3, 24),
            Self::Inquiry => ("inquiry", 20, 1),
            Self::Talent => ("talent", 60, 1),
            Self::Need => ("need", 60, 1),
            Self::ListingEdit => ("listing_edit", 120, 1),
            Self::ProfileEdit => ("profile_edit", 60, 1),
        };
        Budget { kind: self, name, limit, hours }
    }
}

/// What happened within the window that ends now, this time included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recent {
    pub count: usize,
    pub oldest: DateTime<Utc>,
}

/// The budget is used up; the next one fits at `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spent {
    pub budget: Budget,
    pub until: DateTime<Utc>,
    pub wait: TimeDelta,
}

impl Budget {
    pub const fn window(&self) -> TimeDelta {
        TimeDelta::hours(self.hours)
    }
}

/// The one rule. What replaces these numbers (levels of trust) replaces this.
pub(super) fn judge(kind: Kind, now: DateTime<Utc>, recent: Recent) -> Result<(), Spent> {
    let budget = kind.budget();
    if recent.count <= budget.limit {
        return Ok(());
    }
    let until = recent.oldest + budget.window();
    Err(Spent { budget, until, wait: until - now })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whenever somebody tries: no window holds more than the limit, and what is refused fits when it was told.
        #[test]
        fn no_window_holds_more_than_the_limit(gaps in prop::collection::vec(0i64..900, 1..120)) {
            let kind = Kind::Proposal;
            let (limit, window) = (kind.budget().limit, kind.budget().window());
            let (mut now, mut taken) = (DateTime::UNIX_EPOCH, Vec::<DateTime<Utc>>::new());
            let recent = |taken: &[DateTime<Utc>], now: DateTime<Utc>| {
                let within: Vec<_> = taken.iter().copied().filter(|at| *at > now - window).chain([now]).collect();
                Recent { count: within.len(), oldest: within[0] }
            };
            for gap in gaps {
                now += TimeDelta::seconds(gap);
                match judge(kind, now, recent(&taken, now)) {
                    Ok(()) => taken.push(now),
                    Err(spent) => {
                        prop_assert!(spent.wait > TimeDelta::zero() && spent.wait <= window);
                        prop_assert_eq!(judge(kind, spent.until, recent(&taken, spent.until)), Ok(()));
                    }
                }
            }
            for (n, first) in taken.iter().enumerate() {
                prop_assert!(taken[n..].iter().filter(|at| **at < *first + window).count() <= limit);
            }
        }
    }
}
