//! Slices of the index of letters: spans of time and 동, as the codes that the database's `listing_slices` gives to a
//! listing. A slice holds about a page of what is looked for, so that a search reads as much of a frequent word as it shows.

use chrono::{DateTime, TimeDelta, Utc};

/// Online listings are at no place.
pub(super) const ONLINE: i32 = 0;

/// Seconds of the spans, as powers of two, and the number before their codes; the longest first.
const SPANS: [(u32, i64); 3] = [(20, -1_000_000_001), (16, -500_000_001), (12, -1)];

/// Spans are counted from the year 2000, in seconds after the epoch.
const SINCE: i64 = 946_684_800;

/// A 동.
pub(super) fn dong(code: &str) -> Option<i32> {
    code.get(..8)?.parse().ok()
}

/// From a moment (which belongs to it) to another (which does not); both are edges of the shortest span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time {
    from: i64,
    to: i64,
}

impl Time {
    /// What ends after a moment, and is as long as this at least.
    pub fn until(moment: DateTime<Utc>, length: TimeDelta) -> Self {
        Self { from: 0, to: spans(moment) + 1 }.before(length)
    }

    /// What lies before it, as long as this at least.
    pub fn earlier(self, length: TimeDelta) -> Self {
        Self { from: 0, to: self.from }.before(length)
    }

    fn before(self, length: TimeDelta) -> Self {
        Self { from: self.to - 1 - (length.num_seconds() >> 12), to: self.to }
    }

    /// Where it begins.
    pub fn start(self) -> DateTime<Utc> {
        DateTime::from_timestamp((self.from << 12) + SINCE, 0).unwrap_or_default()
    }

    /// The fewest spans that it is made of.
    pub fn codes(self) -> Vec<i32> {
        let (mut codes, mut at) = (Vec::new(), self.from);
        while at < self.to {
            for (seconds, before) in SPANS {
                let length = 1_i64 << (seconds - 12);
                if at.rem_euclid(length) == 0 && at + length <= self.to {
                    codes.extend(i32::try_from(before - at.div_euclid(length)).ok());
                    at += length;
                    break;
                }
            }
        }
        codes
    }
}

/// The shortest span that holds a moment, by number.
fn spans(moment: DateTime<Utc>) -> i64 {
    (moment.timestamp() - SINCE) >> 12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_join_without_a_gap_and_are_few() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let first = Time::until(now, TimeDelta::hours(3));
        assert!(first.start() <= now - TimeDelta::hours(3));
        let second = first.earlier(TimeDelta::days(60));
        assert_eq!(second.to, first.from);
        assert!(first.start() - second.start() >= TimeDelta::days(60));
        assert!(second.codes().len() < 50, "{:?}", second.codes());
        let covered: i64 = second
            .codes()
            .iter()
            .map(|code| match i64::from(*code) {
                ..=-1_000_000_001 => 256,
                -1_000_000_000..=-500_000_001 => 16,
                _ => 1,
            })
            .sum();
        assert_eq!(covered, second.to - second.from);
    }
}
