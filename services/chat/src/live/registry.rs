//! The sockets of this process.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Instant,
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use common::{Ctx, auth::Caller, http::Problem};
use uuid::Uuid;

use super::{
    catch_up, close,
    domain::{Cursor, Live, Resume},
    frames,
    pipe::Pipe,
};
use crate::{Config, conversation::api};

/// How many conversations' participants are remembered; they never change.
const REMEMBERED: usize = 10_000;

/// Who is connected here, and how far each socket has come. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Hub(Arc<Inside>);

struct Inside {
    config: Config,
    /// What the heartbeat counts from.
    started: Instant,
    people: Mutex<HashMap<Uuid, Vec<Arc<Socket>>>>,
    participants: Mutex<HashMap<Uuid, Vec<Uuid>>>,
}

/// An authenticated socket.
pub(super) struct Socket {
    pub account: Uuid,
    pub pipe: Arc<Pipe>,
    session: Mutex<Uuid>,
    /// When its token is over, in microseconds of the epoch.
    expires_at: AtomicI64,
    /// When it was last heard and last pinged, in milliseconds since the hub started.
    heard: AtomicU64,
    pinged: AtomicU64,
    progress: Mutex<Progress>,
}

/// How far a socket has come.
struct Progress {
    /// Until the client has said how far it has come, nothing overtakes what it missed.
    holding: bool,
    cursors: HashMap<Uuid, Cursor>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Hub {
    pub(crate) fn new(config: Config) -> Self {
        let (people, participants) = (Mutex::default(), Mutex::default());
        Self(Arc::new(Inside { config, started: Instant::now(), people, participants }))
    }

    pub(super) fn config(&self) -> &Config {
        &self.0.config
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.0.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Lets a socket in. One too many, and the account's oldest has to go.
    pub(super) fn join(&self, caller: &Caller, pipe: Arc<Pipe>) -> Arc<Socket> {
        let now = self.elapsed();
        let socket = Arc::new(Socket {
            account: caller.account,
            pipe,
            session: Mutex::new(caller.session),
            expires_at: AtomicI64::new(caller.expires_at.timestamp_micros()),
            heard: AtomicU64::new(now),
            pinged: AtomicU64::new(now),
            progress: Mutex::new(Progress { holding: true, cursors: HashMap::new() }),
        });
        let mut people = lock(&self.0.people);
        let mine = people.entry(caller.account).or_default();
        mine.push(socket.clone());
        let surplus = (mine.len() > self.0.config.sockets_per_account.max(1)).then(|| mine.remove(0));
        drop(people);
        if let Some(oldest) = surplus {
            oldest.pipe.close(close::TOO_MANY);
        }
        socket
    }

    pub(super) fn leave(&self, socket: &Arc<Socket>) {
        let mut people = lock(&self.0.people);
        if let Entry::Occupied(mut mine) = people.entry(socket.account) {
            mine.get_mut().retain(|s| !Arc::ptr_eq(s, socket));
            if mine.get().is_empty() {
                mine.remove();
            }
        }
    }

    /// A sign of life.
    pub(super) fn heard(&self, socket: &Socket) {
        socket.heard.store(self.elapsed(), Ordering::Relaxed);
    }

    /// The accounts that are connected here.
    pub(super) fn accounts(&self) -> Vec<Uuid> {
        lock(&self.0.people).keys().copied().collect()
    }

    /// Whether any of them is connected here.
    pub(super) fn any_here(&self, accounts: &[Uuid]) -> bool {
        let people = lock(&self.0.people);
        accounts.iter().any(|a| people.contains_key(a))
    }

    /// The sockets of these accounts.
    pub(super) fn of(&self, accounts: &[Uuid]) -> Vec<Arc<Socket>> {
        let people = lock(&self.0.people);
        accounts.iter().filter_map(|a| people.get(a)).flatten().cloned().collect()
    }

    fn all(&self) -> Vec<Arc<Socket>> {
        lock(&self.0.people).values().flatten().cloned().collect()
    }

    /// Hands a message that was stored to whoever is here and needs it.
    pub(super) fn deliver(
        &self,
        cx: &Ctx,
        conversation: Uuid,
        seq: i64,
        frame: &Bytes,
        participants: &[Uuid],
    ) {
        for socket in self.of(participants) {
            if socket.deliver(conversation, seq, frame) == Live::CatchUp {
                cx.tasks.spawn(catch_up::run(cx.clone(), socket, vec![conversation]));
            }
        }
    }

    /// Hands the same frame to all sockets of these accounts.
    pub(super) fn tell(&self, accounts: &[Uuid], frame: &Bytes) {
        for socket in self.of(accounts) {
            socket.pipe.push_or_close(frame);
        }
    }

    /// "Is typing", to the others' sockets in this process; dropped first when a socket is busy.
    pub(super) async fn typing(&self, cx: &Ctx, account: Uuid, conversation: Uuid) -> Result<(), Problem> {
        let participants = self.participants(cx, conversation).await?;
        if !participants.contains(&account) {
            return Ok(());
        }
        let others: Vec<_> = participants.into_iter().filter(|p| *p != account).collect();
        let sockets = self.of(&others);
        if !sockets.is_empty() {
            let frame =
                frames::ServerFrame::Typing { conversation_id: conversation, account_id: account }.encode();
            for socket in sockets {
                socket.pipe.push_if_idle(&frame);
            }
        }
        Ok(())
    }

    async fn participants(&self, cx: &Ctx, conversation: Uuid) -> Result<Vec<Uuid>, Problem> {
        if let Some(known) = lock(&self.0.participants).get(&conversation) {
            return Ok(known.clone());
        }
        let found = api::participants(&mut *cx.read().await?, conversation).await?;
        let Some(found) = found else { return Ok(Vec::new()) };
        let mut known = lock(&self.0.participants);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(conversation, found.clone());
        Ok(found)
    }

    /// Pings who is due, and ends sockets whose token is over or that fell silent.
    pub(super) fn sweep(&self, now: DateTime<Utc>) {
        let (now, elapsed) = (now.timestamp_micros(), self.elapsed());
        let ms = |d: std::time::Duration| u64::try_from(d.as_millis()).unwrap_or(u64::MAX);
        let (heartbeat, silence) = (ms(self.0.config.heartbeat), ms(self.0.config.silence));
        let ping = frames::ping();
        for socket in self.all() {
            if socket.expires_at.load(Ordering::Relaxed) <= now {
                socket.pipe.close(close::TOKEN_OVER);
            } else if elapsed.saturating_sub(socket.heard.load(Ordering::Relaxed)) >= silence {
                socket.pipe.cut(close::SILENT);
            } else if elapsed.saturating_sub(socket.pinged.load(Ordering::Relaxed)) >= heartbeat {
                socket.pinged.store(elapsed, Ordering::Relaxed);
                socket.pipe.push_if_idle(&ping);
            }
        }
    }

    /// Ends the sockets of a device session that was ended, or all of the account's.
    pub(super) fn revoke(&self, account: Uuid, session: Option<Uuid>) {
        for socket in self.of(&[account]) {
            if session.is_none_or(|s| s == *lock(&socket.session)) {
                socket.pipe.close(close::TOKEN_OVER);
            }
        }
    }

    /// The process stops.
    pub(super) fn close_all(&self) {
        for socket in self.all() {
            socket.pipe.close(close::GOING_AWAY);
        }
    }
}

impl Socket {
    /// A newer token of the same account.
    pub(super) fn renew(&self, caller: &Caller) {
        *lock(&self.session) = caller.session;
        self.expires_at.store(caller.expires_at.timestamp_micros(), Ordering::Relaxed);
    }

    /// Message `seq` was stored. It is queued under the cursors' lock, so that nothing overtakes it.
    fn deliver(&self, conversation: Uuid, seq: i64, frame: &Bytes) -> Live {
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

    /// The client is about to be told to read everything up to `last` anew.
    pub(super) fn reloaded(&self, conversation: Uuid, last: i64) {
        lock(&self.progress)
            .cursors
            .entry(conversation)
            .or_insert_with(|| Cursor::from_now(last))
            .reloaded(last);
    }
}
