//! Device sessions that ended before their access tokens did: a token is verified offline, so who ended it must be known here.

use std::{
    collections::HashMap,
    sync::{
        PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use uuid::Uuid;

/// No access token of ours is valid for longer.
pub const TOKEN_LIFE: TimeDelta = TimeDelta::minutes(10);

/// How much longer than a token's life an ended device session is remembered: clocks differ, and a token may be signed a moment
/// after its device session was looked at.
const LEEWAY: TimeDelta = TimeDelta::minutes(1);

/// So many are remembered; beyond them those make room whose tokens are over first. At 20 bytes each and at most as many free
/// places again (48 bytes with the table's own) they take 12 MB.
const MOST: usize = 250_000;

/// The device sessions whose tokens are refused in this process. Its follower fills it from the events of the issuer.
#[derive(Debug)]
pub struct Revocations {
    /// Until when a token of it may be presented, in seconds of the epoch.
    ended: RwLock<HashMap<Uuid, u32>>,
    changes: watch::Sender<()>,
    is_followed: AtomicBool,
    settled: watch::Sender<bool>,
}

impl Default for Revocations {
    fn default() -> Self {
        Self {
            ended: RwLock::default(),
            changes: watch::channel(()).0,
            is_followed: AtomicBool::new(false),
            settled: watch::channel(false).0,
        }
    }
}

impl Revocations {
    /// For so long after its end a device session is remembered: as long as a token of it can be valid.
    pub const REMEMBERED: TimeDelta = TimeDelta::seconds(TOKEN_LIFE.num_seconds() + LEEWAY.num_seconds());

    /// These device sessions ended at `at`.
    pub fn end(&self, sessions: &[Uuid], at: DateTime<Utc>, now: DateTime<Utc>) {
        let until = at + Self::REMEMBERED;
        if until <= now || sessions.is_empty() {
            return;
        }
        let until = seconds(until);
        let mut ended = self.write();
        for session in sessions {
            if ended.len() >= MOST {
                make_room(&mut ended);
            }
            ended.entry(*session).and_modify(|known| *known = until.max(*known)).or_insert(until);
        }
        drop(ended);
        self.changes.send_replace(());
    }

    /// Whether this device session has ended.
    pub fn contains(&self, session: Uuid) -> bool {
        self.read().contains_key(&session)
    }

    /// Forgets those of which no token can be valid any more; how many are left.
    pub fn forget(&self, now: DateTime<Utc>) -> usize {
        let now = seconds(now);
        let mut ended = self.write();
        ended.retain(|_, until| *until > now);
        let len = ended.len();
        // What a crowd has left behind.
        if ended.capacity() > 4 * len {
            ended.shrink_to(2 * len);
        }
        len
    }

    /// Wakes after more have ended.
    pub fn changes(&self) -> watch::Receiver<()> {
        self.changes.subscribe()
    }

    /// True once: for whoever is to fill it. Services of one process share it.
    pub fn claim(&self) -> bool {
        !self.is_followed.swap(true, Ordering::AcqRel)
    }

    /// Requests may be answered: it is complete, or cannot become so for now.
    pub fn settle(&self) {
        self.settled.send_replace(true);
    }

    /// Waits for [`Self::settle`].
    pub async fn settled(&self) {
        let _ = self.settled.subscribe().wait_for(|settled| *settled).await;
    }

    fn read(&self) -> RwLockReadGuard<'_, HashMap<Uuid, u32>> {
        self.ended.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<Uuid, u32>> {
        self.ended.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Drops the eighth that ends first.
fn make_room(ended: &mut HashMap<Uuid, u32>) {
    let mut ends: Vec<u32> = ended.values().copied().collect();
    let (_, first, _) = ends.select_nth_unstable(MOST / 8);
    let first = *first;
    ended.retain(|_, until| *until > first);
    tracing::error!(
        "more device sessions ended than are remembered: tokens of the earliest pass until they expire"
    );
}

fn seconds(at: DateTime<Utc>) -> u32 {
    u32::try_from(at.timestamp().max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start() -> DateTime<Utc> {
        "2026-11-23T00:00:00Z".parse().unwrap()
    }

    #[test]
    fn one_is_remembered_for_as_long_as_a_token_of_it_can_be_valid() {
        let (all, one) = (Revocations::default(), Uuid::from_u128(1));
        all.end(&[one], start(), start());
        assert!(all.contains(one) && !all.contains(Uuid::from_u128(2)));
        assert_eq!(all.forget(start() + TOKEN_LIFE), 1);
        assert_eq!(all.forget(start() + Revocations::REMEMBERED), 0);
        assert!(!all.contains(one));
        all.end(&[one], start(), start() + Revocations::REMEMBERED);
        assert!(!all.contains(one), "heard when it is of no use any more");
    }

    #[test]
    fn whoever_waits_hears_of_an_end() {
        let all = Revocations::default();
        let mut changes = all.changes();
        assert!(!changes.has_changed().unwrap());
        all.end(&[], start(), start());
        assert!(!changes.has_changed().unwrap());
        all.end(&[Uuid::from_u128(1)], start(), start());
        assert!(changes.has_changed().unwrap());
        changes.mark_unchanged();
        assert!(all.claim() && !all.claim());
    }

    #[test]
    fn many_cost_little_and_no_more_than_a_fixed_amount() {
        let all = Revocations::default();
        let over = u128::try_from(MOST).unwrap() + 1000;
        for n in 0..over {
            let at = start() + TimeDelta::milliseconds(i64::try_from(n).unwrap());
            all.end(&[Uuid::from_u128(n)], at, start());
        }
        let ended = all.read();
        assert!(ended.len() <= MOST && ended.len() > MOST / 2, "{}", ended.len());
        assert!(ended.contains_key(&Uuid::from_u128(over - 1)) && !ended.contains_key(&Uuid::nil()));
        // Each place of the table and its control byte; seven of eight places may be taken.
        let bytes = ended.capacity() * 8 / 7 * (size_of::<(Uuid, u32)>() + 1);
        assert!(bytes <= 100 * ended.len(), "{bytes} bytes for {}", ended.len());
        drop(ended);
        all.forget(start() + TimeDelta::days(1));
        assert!(all.read().capacity() < 100, "what was needed once is given back");
    }
}
