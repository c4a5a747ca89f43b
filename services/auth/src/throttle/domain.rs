//! When an attempt is one too many.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

/// So many attempts in so long; then a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub attempts: i32,
    pub window: Duration,
    /// With a delay, the wait after the last allowed attempt begins with it and doubles with each further attempt, up
    /// to the window. Without one the wait lasts until the window is over.
    pub delay: Option<Duration>,
}

/// The limits of this service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Wrong passwords for one account.
    pub account: Limit,
    /// Wrong passwords from one address.
    pub address: Limit,
    /// Sign-ups from one address.
    pub sign_up: Limit,
    /// Mails that somebody asks for to one e-mail address.
    pub mail: Limit,
    /// Mails that are asked for from one address.
    pub mails_from: Limit,
    /// Visits to identity providers from one address. Many phones share one.
    pub visit: Limit,
}

const MINUTE: Duration = Duration::from_mins(1);

impl Default for Limits {
    fn default() -> Self {
        Self {
            account: Limit { attempts: 5, window: 15 * MINUTE, delay: Some(MINUTE) },
            address: Limit { attempts: 30, window: 15 * MINUTE, delay: None },
            sign_up: Limit { attempts: 10, window: 60 * MINUTE, delay: None },
            mail: Limit { attempts: 3, window: 60 * MINUTE, delay: None },
            mails_from: Limit { attempts: 20, window: 60 * MINUTE, delay: None },
            visit: Limit { attempts: 60, window: 10 * MINUTE, delay: None },
        }
    }
}

impl Limits {
    /// No limits to speak of: for a program that plays many people from one address.
    pub fn none() -> Self {
        let limit = Limit { attempts: i32::MAX, window: MINUTE, delay: None };
        Self { account: limit, address: limit, sign_up: limit, mail: limit, mails_from: limit, visit: limit }
    }
}

/// What was counted so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counter {
    pub attempts: i32,
    /// With a delay: the latest attempt, since quiet is what ends the count. Without: the first one.
    pub since: DateTime<Utc>,
    pub blocked_until: Option<DateTime<Utc>>,
}

/// Refused; worth trying again after this long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooSoon(pub Duration);

impl Counter {
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { attempts: 0, since: now, blocked_until: None }
    }
}

impl Limit {
    /// The counter with one attempt more, or the wait.
    pub(crate) fn attempt(self, before: Counter, now: DateTime<Utc>) -> Result<Counter, TooSoon> {
        if let Some(wait) =
            before.blocked_until.and_then(|until| (until - now).to_std().ok()).filter(|w| !w.is_zero())
        {
            return Err(TooSoon(wait));
        }
        let before = if now >= before.since + delta(self.window) { Counter::new(now) } else { before };
        let attempts = before.attempts.saturating_add(1);
        let since = if self.delay.is_some() { now } else { before.since };
        let surplus = u32::try_from(attempts.saturating_sub(self.attempts)).ok();
        let blocked_until = surplus.map(|surplus| match self.delay {
            Some(delay) => now + delta(delay.saturating_mul(1 << surplus.min(20)).min(self.window)),
            None => since + delta(self.window),
        });
        Ok(Counter { attempts, since, blocked_until })
    }

    /// When the counter has no effect any more.
    pub(crate) fn forget_at(self, counter: &Counter) -> DateTime<Utc> {
        counter.since + delta(self.window)
    }
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn start() -> DateTime<Utc> {
        "2026-11-23T00:00:00Z".parse().unwrap()
    }

    fn minutes(n: i64) -> TimeDelta {
        TimeDelta::minutes(n)
    }

    #[test]
    fn after_five_wrong_passwords_the_wait_doubles() {
        let limit = Limits::default().account;
        let (mut now, mut counter) = (start(), Counter::new(start()));
        for _ in 0..5 {
            counter = limit.attempt(counter, now).unwrap();
        }
        for wait in [1, 2, 4, 8, 15, 15] {
            let wait = minutes(wait);
            assert_eq!(limit.attempt(counter, now), Err(TooSoon(wait.to_std().unwrap())));
            now += wait;
            counter = match limit.attempt(counter, now) {
                Ok(next) => next,
                Err(soon) => panic!("{soon:?}"),
            };
            if wait == minutes(15) {
                assert_eq!(counter.attempts, 1, "a quarter of an hour of quiet ends the count");
                break;
            }
        }
    }

    #[test]
    fn quiet_ends_the_count_of_an_account() {
        let limit = Limits::default().account;
        let mut counter = Counter::new(start());
        for n in 0..4 {
            counter = limit.attempt(counter, start() + minutes(n)).unwrap();
        }
        assert_eq!(limit.attempt(counter, start() + minutes(3 + 15)).unwrap().attempts, 1);
        assert_eq!(limit.attempt(counter, start() + minutes(3 + 14)).unwrap().attempts, 5);
    }

    #[test]
    fn an_address_waits_for_the_end_of_its_window() {
        let limit = Limits::default().address;
        let mut counter = Counter::new(start());
        for _ in 0..30 {
            counter = limit.attempt(counter, start() + minutes(5)).unwrap();
        }
        let soon = limit.attempt(counter, start() + minutes(6)).unwrap_err();
        assert_eq!(soon, TooSoon(9 * MINUTE));
        assert_eq!(limit.attempt(counter, start() + minutes(15)).unwrap().attempts, 1);
    }

    proptest! {
        /// Whatever the pace, no fifteen minutes see more than this many tries of one account's password.
        #[test]
        fn an_account_is_never_tried_often(gaps in prop::collection::vec(0i64..600, 1..200)) {
            let limit = Limits::default().account;
            let (mut now, mut counter, mut tried) = (start(), Counter::new(start()), Vec::new());
            for gap in gaps {
                now += TimeDelta::seconds(gap);
                if let Ok(next) = limit.attempt(counter, now) {
                    counter = next;
                    tried.push(now);
                }
            }
            for (i, from) in tried.iter().enumerate() {
                let within = tried.iter().skip(i).take_while(|t| **t - *from < minutes(15)).count();
                prop_assert!(within <= 9, "{within} tries in a quarter of an hour");
            }
        }
    }
}
