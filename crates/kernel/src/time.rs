//! Time and ids as values: everything that asks "when" or "which id" asks a [`Clock`].
//!
//! The clock is system time plus an offset. Development moves the offset (a file that every process re-reads),
//! tests call [`Clock::advance`]. It never moves backwards.

use std::{
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Datelike, FixedOffset, TimeDelta, Utc};
use tokio::sync::watch;
use uuid::{ContextV7, Timestamp, Uuid};

/// The years that a date which somebody sends may lie in; beyond them it means nothing here, and PostgreSQL and sums
/// with durations have ends of their own.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// Whether a date that somebody sent lies in [`YEARS`].
pub fn is_plausible(at: DateTime<Utc>) -> bool {
    YEARS.contains(&at.year())
}

/// System time plus an offset, and the source of ids. Cheap to clone; clones share the offset.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    offset_ms: AtomicI64,
    /// Counts within a millisecond, so that ids rise strictly.
    ids: Mutex<ContextV7>,
    moved: watch::Sender<i64>,
}

impl Default for Clock {
    fn default() -> Self {
        Self(Arc::new(Inner {
            offset_ms: AtomicI64::new(0),
            ids: Mutex::new(ContextV7::new()),
            moved: watch::channel(0).0,
        }))
    }
}

impl Clock {
    /// The current instant, in whole microseconds as PostgreSQL keeps them.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's time")]
    pub fn now(&self) -> DateTime<Utc> {
        let moved = Utc::now() + TimeDelta::milliseconds(self.0.offset_ms.load(Ordering::Relaxed));
        DateTime::from_timestamp_micros(moved.timestamp_micros()).unwrap_or(moved)
    }

    /// A new UUID (version 7) of this clock's time; ids of one process rise strictly.
    pub fn id(&self) -> Uuid {
        // Read under the lock: a time that was read before another caller's id must not be used after it.
        let ids = self.0.ids.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        Uuid::new_v7(Timestamp::from_unix(&*ids, seconds, now.timestamp_subsec_nanos()))
    }

    /// Moves the clock forward; a negative step is ignored.
    pub fn advance(&self, step: TimeDelta) {
        let ms = step.num_milliseconds();
        if ms > 0 {
            let offset = self.0.offset_ms.fetch_add(ms, Ordering::Relaxed) + ms;
            self.0.moved.send_replace(offset);
        }
    }

    /// Moves the clock to `at` or up to a millisecond past it, if that lies ahead: never before it, or what is due at `at`
    /// would not be due yet.
    pub fn advance_to(&self, at: DateTime<Utc>) {
        self.advance(at - self.now() + TimeDelta::microseconds(999));
    }

    /// Starts the clock at another instant than the system's, also in the past: how the demo neighbourhood lives
    /// through its last sixty days. Only before anything was written with this clock.
    pub fn start_at(at: DateTime<Utc>) -> Self {
        let clock = Self::default();
        clock.0.offset_ms.store((at - clock.now()).num_milliseconds(), Ordering::Relaxed);
        clock
    }

    /// Returns the clock to the system's time, after [`Clock::start_at`] in the past.
    pub fn catch_up(&self) {
        self.advance(TimeDelta::milliseconds(-self.0.offset_ms.load(Ordering::Relaxed)));
    }

    /// Wakes whenever the clock is moved.
    pub fn moves(&self) -> watch::Receiver<i64> {
        self.0.moved.subscribe()
    }

    /// Follows the offset (in seconds) written in `file` by `cargo xtask clock`, ten times a second, for ever.
    pub async fn follow(self, file: PathBuf) {
        loop {
            if let Ok(text) = tokio::fs::read_to_string(&file).await
                && let Ok(seconds) = text.trim().parse::<i64>()
            {
                let ahead = seconds.saturating_mul(1000) - self.0.offset_ms.load(Ordering::Relaxed);
                self.advance(TimeDelta::milliseconds(ahead));
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// Korea's civil time, UTC+9 all year round.
pub fn seoul(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    const NINE_HOURS: i32 = 9 * 3600;
    FixedOffset::east_opt(NINE_HOURS).map_or_else(|| at.fixed_offset(), |zone| at.with_timezone(&zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_rise_and_carry_the_clocks_time() {
        let clock = Clock::default();
        let ids: Vec<_> = (0..10_000).map(|_| clock.id()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "ids must rise strictly");
        clock.advance(TimeDelta::days(2));
        let (seconds, _) = clock.id().get_timestamp().unwrap().to_unix();
        assert!((i64::try_from(seconds).unwrap() - clock.now().timestamp()).abs() <= 1);
    }

    #[test]
    fn the_clock_never_moves_backwards() {
        let clock = Clock::default();
        clock.advance(TimeDelta::days(1));
        let before = clock.now();
        clock.advance(TimeDelta::days(-1));
        assert!(clock.now() >= before);
    }

    #[test]
    fn what_is_due_at_an_instant_is_due_once_the_clock_was_moved_there() {
        for microseconds in 0..2_000 {
            let clock = Clock::default();
            let at = clock.now() + TimeDelta::hours(1) + TimeDelta::microseconds(microseconds);
            clock.advance_to(at);
            assert!(clock.now() >= at);
        }
    }

    #[test]
    fn seoul_is_nine_hours_ahead() {
        let at = DateTime::parse_from_rfc3339("2026-11-27T16:30:00Z").unwrap().to_utc();
        assert_eq!(seoul(at).to_string(), "2026-11-28 01:30:00 +09:00");
    }
}
