//! An authenticated connection: whose it is, how long it may live, and how far it has come in each conversation.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use common::auth::{Caller, Revocations};
use uuid::Uuid;

use super::{
    close,
    domain::{Cursor, Live, Resume},
    frames,
    pipe::Pipe,
};

pub(super) struct Connection {
    pub account: Uuid,
    pub pipe: Arc<Pipe>,
    device_session: Mutex<Uuid>,
    /// When its token expires, in microseconds of the epoch.
    expires_at: AtomicI64,
    opened: Instant,
    /// When the client last sent anything and was last pinged, in milliseconds since it was opened.
    active: AtomicU64,
    pinged: AtomicU64,
    progress: Mutex<Progress>,
}

/// How far a connection has come.
struct Progress {
    /// Until the client has said how far it has come, nothing overtakes what it missed.
    holding: bool,
    cursors: HashMap<Uuid, Cursor>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Connection {
    pub(super) fn new(caller: &Caller, pipe: Arc<Pipe>) -> Self {
        Self {
            account: caller.account,
            pipe,
            device_session: Mutex::new(caller.session),
            expires_at: AtomicI64::new(caller.expires_at.timestamp_micros()),
            opened: Instant::now(),
            active: AtomicU64::new(0),
            pinged: AtomicU64::new(0),
            progress: Mutex::new(Progress { holding: true, cursors: HashMap::new() }),
        }
    }

    /// A newer token of the same account.
    pub(super) fn renew(&self, caller: &Caller) {
        *lock(&self.device_session) = caller.session;
        self.expires_at.store(caller.expires_at.timestamp_micros(), Ordering::Relaxed);
    }

    /// A sign of life.
    pub(super) fn touch(&self) {
        self.active.store(millis(self.opened.elapsed()), Ordering::Relaxed);
    }

    /// Pings the client if that is due; ends the connection if its token is over or it fell silent.
    pub(super) fn sweep(
        &self,
        now: DateTime<Utc>,
        revocations: &Revocations,
        heartbeat: Duration,
        silence: Duration,
    ) {
        let elapsed = millis(self.opened.elapsed());
        let since = |event: &AtomicU64| elapsed.saturating_sub(event.load(Ordering::Relaxed));
        let is_revoked = || revocations.contains(*lock(&self.device_session));
        if self.expires_at.load(Ordering::Relaxed) <= now.timestamp_micros() || is_revoked() {
            self.pipe.close(close::TOKEN_OVER);
        } else if since(&self.active) >= millis(silence) {
            self.pipe.cut(close::SILENT);
        } else if since(&self.pinged) >= millis(heartbeat) {
            self.pinged.store(elapsed, Ordering::Relaxed);
            self.pipe.push_if_idle(&frames::ping());
        }
    }

    /// Message `seq` was stored. It is queued under the cursors' lock, so that nothing overtakes it.
    pub(super) fn deliver(&self, conversation: Uuid, seq: i64, frame: &Bytes) -> Live {
        let mut progress = lock(&self.progress);
        let holding = progress.holding;
        let next = match progress.cursors.entry(conversation) {
            Entry::Vacant(vacant) if holding => {
                vacant.insert(Cursor::held(seq));
                Live::Later
            }
            Entry::Vacant(vacant) => {
                vacant.insert(Cursor::from_now(seq));
                Live::Send
            }
            Entry::Occupied(mut cursor) => cursor.get_mut().live(seq),
        };
        if next == Live::Send {
            self.pipe.push_or_close(frame);
        }
        next
    }

    /// The client says how far it has come in a conversation that has come to `last`.
    pub(super) fn resume(&self, conversation: Uuid, known: i64, last: i64) -> Resume {
        let mut progress = lock(&self.progress);
        let holding = progress.holding;
        match progress.cursors.entry(conversation) {
            Entry::Occupied(mut cursor) if holding => cursor.get_mut().resume_held(known, last),
            Entry::Occupied(mut cursor) => cursor.get_mut().resume(known, last),
            Entry::Vacant(vacant) => {
                let (cursor, resume) = Cursor::resumed(known, last);
                vacant.insert(cursor);
                resume
            }
        }
    }

    /// Lets go of what was held; gives the conversations that something is missing of, for one to fetch.
    pub(super) fn let_go(&self) -> Vec<Uuid> {
        let mut progress = lock(&self.progress);
        if !std::mem::take(&mut progress.holding) {
            return Vec::new();
        }
        progress.cursors.iter().filter(|(_, c)| c.is_behind()).map(|(id, _)| *id).collect()
    }

    pub(super) fn sent(&self, conversation: Uuid) -> i64 {
        lock(&self.progress).cursors.get(&conversation).map_or(0, Cursor::sent)
    }

    pub(super) fn fetched(&self, conversation: Uuid, seq: i64) -> bool {
        lock(&self.progress).cursors.get_mut(&conversation).is_some_and(|c| c.fetched(seq))
    }

    pub(super) fn caught_up(&self, conversation: Uuid) -> bool {
        lock(&self.progress).cursors.get_mut(&conversation).is_none_or(Cursor::caught_up)
    }

    /// The client is about to be told to read everything up to `last` again.
    pub(super) fn reloaded(&self, conversation: Uuid, last: i64) {
        lock(&self.progress)
            .cursors
            .entry(conversation)
            .or_insert_with(|| Cursor::from_now(last))
            .reloaded(last);
    }
}
