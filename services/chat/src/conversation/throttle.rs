//! How often somebody may say something.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// One message, in millionths: what a microsecond refills at one message per second.
const ONE: i64 = 1_000_000;

/// Buckets are looked through for full ones when there are this many more than after the last time.
const ROOM: usize = 10_000;

/// A token bucket for each account, in this process.
#[derive(Clone, Debug)]
pub(crate) struct Throttle {
    per_second: i64,
    full: i64,
    /// Messages in a row without a word of the other; counted in the database.
    pub(super) unanswered: i32,
    buckets: Arc<Mutex<HashMap<Uuid, Bucket>>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: i64,
    at: DateTime<Utc>,
}

impl Bucket {
    fn refilled(self, per_second: i64, full: i64, now: DateTime<Utc>) -> i64 {
        let passed = (now - self.at).num_microseconds().unwrap_or(i64::MAX).max(0);
        self.left.saturating_add(passed.saturating_mul(per_second)).min(full)
    }
}

impl Throttle {
    pub(crate) fn new(per_second: u32, burst: u32, unanswered: i32) -> Self {
        let full = i64::from(burst) * ONE;
        Self { per_second: i64::from(per_second), full, unanswered, buckets: Arc::default() }
    }

    /// Takes one message out of the account's bucket, if there is one left.
    pub(crate) fn may_send(&self, account: Uuid, now: DateTime<Utc>) -> bool {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= ROOM && !buckets.contains_key(&account) {
            // A full bucket remembers nothing.
            buckets.retain(|_, b| b.refilled(self.per_second, self.full, now) < self.full);
        }
        let bucket = buckets.entry(account).or_insert(Bucket { left: self.full, at: now });
        let left = bucket.refilled(self.per_second, self.full, now);
        let may = left >= ONE;
        *bucket = Bucket { left: if may { left - ONE } else { left }, at: now.max(bucket.at) };
        may
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_burst_is_taken_at_once_and_then_comes_back_by_the_second() {
        let (throttle, me, now) = (Throttle::new(10, 30, 100), Uuid::nil(), DateTime::UNIX_EPOCH);
        let taken = |at| (0..100).filter(|_| throttle.may_send(me, at)).count();
        assert_eq!(taken(now), 30);
        assert_eq!(taken(now + TimeDelta::milliseconds(500)), 5);
        assert_eq!(taken(now + TimeDelta::hours(1)), 30);
    }

    proptest! {
        #[test]
        fn never_more_than_the_burst_and_the_rate(gaps in proptest::collection::vec(0i64..400, 1..200)) {
            let (throttle, me) = (Throttle::new(10, 30, 100), Uuid::nil());
            let (mut at, mut taken) = (DateTime::UNIX_EPOCH, 0i64);
            for gap in gaps {
                at += TimeDelta::milliseconds(gap);
                taken += i64::from(throttle.may_send(me, at));
                let seconds = (at - DateTime::UNIX_EPOCH).num_milliseconds();
                prop_assert!(taken <= 30 + seconds / 100);
            }
        }
    }
}
