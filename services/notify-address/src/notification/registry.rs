//! The open streams of this process, by account.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::web::Bytes;
use common::auth::Revocations;
use tokio::sync::mpsc;
use uuid::Uuid;

/// What a stream is to send next.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Frame {
    Notice { id: Uuid, bytes: Bytes },
    Unread(Bytes),
}

/// Cheap to share; one per process.
pub(crate) struct StreamRegistry {
    per_account: usize,
    backlog: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    last: u64,
    /// Oldest first.
    accounts: HashMap<Uuid, Vec<Stream>>,
}

struct Stream {
    number: u64,
    device_session: Uuid,
    frames: mpsc::Sender<Frame>,
}

/// One stream's end of the registry; dropping it removes the stream.
pub(super) struct Subscriber {
    registry: Arc<StreamRegistry>,
    account: Uuid,
    number: u64,
    frames: mpsc::Receiver<Frame>,
}

impl StreamRegistry {
    pub(crate) fn new(per_account: usize, backlog: usize) -> Self {
        Self { per_account: per_account.max(1), backlog: backlog.max(1), open: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a stream of `account`. Beyond the limit, the oldest one is ended.
    pub(super) fn subscribe(self: Arc<Self>, account: Uuid, device_session: Uuid) -> Subscriber {
        let (sender, frames) = mpsc::channel(self.backlog);
        let mut open = self.lock();
        open.last += 1;
        let number = open.last;
        let streams = open.accounts.entry(account).or_default();
        if streams.len() >= self.per_account {
            streams.remove(0);
        }
        streams.push(Stream { number, device_session, frames: sender });
        drop(open);
        Subscriber { registry: self, account, number, frames }
    }

    pub(super) fn has_streams(&self, account: Uuid) -> bool {
        self.lock().accounts.contains_key(&account)
    }

    /// Sends frames to every stream of `account`. One that is full is closed: it resumes where it stands.
    pub(super) fn send(&self, account: Uuid, frames: &[Frame]) {
        let mut open = self.lock();
        let Some(streams) = open.accounts.get_mut(&account) else { return };
        streams.retain(|stream| frames.iter().all(|frame| stream.frames.try_send(frame.clone()).is_ok()));
        if streams.is_empty() {
            open.accounts.remove(&account);
        }
    }

    /// Ends the streams of `account`; they come back and resume.
    pub(super) fn close(&self, account: Uuid) {
        self.lock().accounts.remove(&account);
    }

    /// Ends the streams of device sessions that have ended.
    pub(super) fn close_ended(&self, revocations: &Revocations) {
        self.lock().accounts.retain(|_, streams| {
            streams.retain(|stream| !revocations.contains(stream.device_session));
            !streams.is_empty()
        });
    }

    pub(super) fn close_all(&self) {
        self.lock().accounts.clear();
    }
}

impl Subscriber {
    /// What to send next; `None` when the registry has closed this stream.
    pub(super) async fn next(&mut self) -> Option<Frame> {
        self.frames.recv().await
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        let mut open = self.registry.lock();
        if let Some(streams) = open.accounts.get_mut(&self.account) {
            streams.retain(|stream| stream.number != self.number);
            if streams.is_empty() {
                open.accounts.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::view, *};

    const ANA: Uuid = Uuid::from_u128(1);
    const BEN: Uuid = Uuid::from_u128(2);
    const HERE: Uuid = Uuid::from_u128(3);

    fn frame(n: i64) -> Frame {
        Frame::Unread(view::unread_frame(n))
    }

    #[tokio::test]
    async fn every_stream_of_the_account_and_no_other_receives_it() {
        let registry = Arc::new(StreamRegistry::new(10, 8));
        let (mut one, mut two, mut ben) = (
            registry.clone().subscribe(ANA, HERE),
            registry.clone().subscribe(ANA, HERE),
            registry.clone().subscribe(BEN, HERE),
        );
        registry.send(ANA, &[frame(1)]);
        registry.close(BEN);
        assert_eq!(one.next().await, Some(frame(1)));
        assert_eq!(two.next().await, Some(frame(1)));
        assert_eq!(ben.next().await, None);
    }

    #[tokio::test]
    async fn a_slow_reader_is_closed_and_the_others_are_not() {
        let registry = Arc::new(StreamRegistry::new(10, 2));
        let (mut slow, mut quick) =
            (registry.clone().subscribe(ANA, HERE), registry.clone().subscribe(ANA, HERE));
        for n in 1..=3 {
            registry.send(ANA, &[frame(n)]);
            assert_eq!(quick.next().await, Some(frame(n)));
        }
        assert_eq!(slow.next().await, Some(frame(1)));
        assert_eq!(slow.next().await, Some(frame(2)));
        assert_eq!(slow.next().await, None);
        registry.send(ANA, &[frame(4)]);
        assert_eq!(quick.next().await, Some(frame(4)));
    }

    #[tokio::test]
    async fn beyond_the_limit_the_oldest_stream_is_ended() {
        let registry = Arc::new(StreamRegistry::new(2, 8));
        let mut streams: Vec<_> = (0..3).map(|_| registry.clone().subscribe(ANA, HERE)).collect();
        registry.send(ANA, &[frame(1)]);
        assert_eq!(streams[0].next().await, None);
        assert_eq!(streams[1].next().await, Some(frame(1)));
        assert_eq!(streams[2].next().await, Some(frame(1)));
    }

    #[tokio::test]
    async fn the_streams_of_an_ended_device_session_end_and_no_others() {
        let registry = Arc::new(StreamRegistry::new(10, 8));
        let there = Uuid::from_u128(4);
        let mut ended = registry.clone().subscribe(ANA, HERE);
        let mut other = registry.clone().subscribe(ANA, there);
        let (revocations, now) = (Revocations::default(), common::time::Clock::default().now());
        revocations.end(&[HERE], now, now);
        registry.close_ended(&revocations);
        registry.send(ANA, &[frame(1)]);
        assert_eq!(ended.next().await, None);
        assert_eq!(other.next().await, Some(frame(1)));
    }

    #[test]
    fn nothing_is_left_of_a_closed_stream() {
        let registry = Arc::new(StreamRegistry::new(2, 8));
        let (one, two) = (registry.clone().subscribe(ANA, HERE), registry.clone().subscribe(ANA, HERE));
        drop(one);
        assert!(registry.has_streams(ANA));
        drop(two);
        assert!(!registry.has_streams(ANA));
    }
}
