//! The hub: one live listener of our own topic per process, and the open streams of each account. It hears that an
//! account changed, reads what a stream should say and hands the same bytes to all of the account's streams.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use actix_web::web::Bytes;
use common::{
    Ctx,
    events::{Live, LiveEvent, Record},
    http::Problem,
    service::Worker,
    trace,
};
use futures_util::FutureExt;
use serde::Deserialize;
use tokio::sync::mpsc;
use tracing::Instrument;
use uuid::Uuid;

use super::{store, view};

pub(super) const TOPIC: &str = "dojob.notify-address.notification.v1";

/// What a stream is to say next.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Frame {
    Notice { id: Uuid, bytes: Bytes },
    Unread(Bytes),
}

/// The open streams of this process.
pub(crate) struct Hub {
    per_account: usize,
    backlog: usize,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    last: u64,
    /// Oldest first.
    accounts: HashMap<Uuid, Vec<(u64, mpsc::Sender<Frame>)>>,
}

/// One stream's end of the hub; dropping it takes the stream out.
pub(super) struct Listening {
    hub: Arc<Hub>,
    account: Uuid,
    number: u64,
    frames: mpsc::Receiver<Frame>,
}

impl Hub {
    pub(crate) fn new(per_account: usize, backlog: usize) -> Self {
        Self { per_account: per_account.max(1), backlog: backlog.max(1), open: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a stream of `account`; of too many the oldest ends.
    pub(super) fn listen(self: Arc<Self>, account: Uuid) -> Listening {
        let (sender, frames) = mpsc::channel(self.backlog);
        let mut open = self.lock();
        open.last += 1;
        let number = open.last;
        let streams = open.accounts.entry(account).or_default();
        if streams.len() >= self.per_account {
            streams.remove(0);
        }
        streams.push((number, sender));
        drop(open);
        Listening { hub: self, account, number, frames }
    }

    fn is_heard(&self, account: Uuid) -> bool {
        self.lock().accounts.contains_key(&account)
    }

    /// Hands frames to every stream of `account`. One that is full is closed: it resumes where it stands.
    fn tell(&self, account: Uuid, frames: &[Frame]) {
        let mut open = self.lock();
        let Some(streams) = open.accounts.get_mut(&account) else { return };
        streams.retain(|(_, stream)| frames.iter().all(|frame| stream.try_send(frame.clone()).is_ok()));
        if streams.is_empty() {
            open.accounts.remove(&account);
        }
    }

    /// Ends the streams of `account`; they come back and resume.
    fn close(&self, account: Uuid) {
        self.lock().accounts.remove(&account);
    }

    fn close_all(&self) {
        self.lock().accounts.clear();
    }
}

impl Listening {
    /// What to say next; `None` when the hub has closed this stream.
    pub(super) async fn next(&mut self) -> Option<Frame> {
        self.frames.recv().await
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut open = self.hub.lock();
        if let Some(streams) = open.accounts.get_mut(&self.account) {
            streams.retain(|(number, _)| *number != self.number);
            if streams.is_empty() {
                open.accounts.remove(&self.account);
            }
        }
    }
}

#[derive(Deserialize)]
struct Changed {
    account_id: Uuid,
    /// Absent when notices were read.
    notice_id: Option<Uuid>,
}

/// Keeps the streams of this process informed.
pub(crate) fn worker(cx: Ctx, hub: Arc<Hub>) -> Worker {
    Arc::new(move || {
        // Listens from this moment on, not from when the task is first run.
        let live = cx.bus.live(TOPIC);
        follow(cx.clone(), hub.clone(), live).boxed()
    })
}

async fn follow(cx: Ctx, hub: Arc<Hub>, mut live: Live) {
    let stop = cx.tasks.stopping();
    loop {
        let heard = tokio::select! {
            heard = live.recv() => heard,
            () = stop.cancelled() => None,
        };
        match heard {
            Some(LiveEvent::Event(record)) => pass_on(&cx, &hub, &record).await,
            Some(LiveEvent::Gap) => hub.close_all(),
            None => break,
        }
    }
    hub.close_all();
}

async fn pass_on(cx: &Ctx, hub: &Hub, record: &Record) {
    let Ok(changed) = Changed::deserialize(&record.data) else { return };
    if !hub.is_heard(changed.account_id) {
        return;
    }
    let span = trace::handed_on(cx.name, record);
    match frames(cx, &changed).instrument(span.clone()).await {
        Ok(frames) => span.in_scope(|| hub.tell(changed.account_id, &frames)),
        Err(problem) => {
            tracing::warn!(%problem, "streams are closed to resume: their notice could not be read");
            hub.close(changed.account_id);
        }
    }
}

async fn frames(cx: &Ctx, changed: &Changed) -> Result<Vec<Frame>, Problem> {
    let mut connection = cx.read().await?;
    let mut frames = Vec::with_capacity(2);
    if let Some(id) = changed.notice_id
        && let Some(notice) = store::find_notice(&mut connection, changed.account_id, id).await?
    {
        frames.push(Frame::Notice { id, bytes: view::notice_frame(&notice) });
    }
    let count = store::count_unread(&mut connection, changed.account_id).await?;
    frames.push(Frame::Unread(view::unread_frame(count)));
    Ok(frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANA: Uuid = Uuid::from_u128(1);
    const BEN: Uuid = Uuid::from_u128(2);

    fn frame(n: i64) -> Frame {
        Frame::Unread(view::unread_frame(n))
    }

    #[tokio::test]
    async fn every_stream_of_the_account_and_no_other_hears() {
        let hub = Arc::new(Hub::new(10, 8));
        let (mut one, mut two, mut ben) =
            (hub.clone().listen(ANA), hub.clone().listen(ANA), hub.clone().listen(BEN));
        hub.tell(ANA, &[frame(1)]);
        hub.close(BEN);
        assert_eq!(one.next().await, Some(frame(1)));
        assert_eq!(two.next().await, Some(frame(1)));
        assert_eq!(ben.next().await, None);
    }

    #[tokio::test]
    async fn a_slow_reader_is_closed_and_the_others_are_not() {
        let hub = Arc::new(Hub::new(10, 2));
        let (mut slow, mut quick) = (hub.clone().listen(ANA), hub.clone().listen(ANA));
        for n in 1..=3 {
            hub.tell(ANA, &[frame(n)]);
            assert_eq!(quick.next().await, Some(frame(n)));
        }
        assert_eq!(slow.next().await, Some(frame(1)));
        assert_eq!(slow.next().await, Some(frame(2)));
        assert_eq!(slow.next().await, None);
        hub.tell(ANA, &[frame(4)]);
        assert_eq!(quick.next().await, Some(frame(4)));
    }

    #[tokio::test]
    async fn of_too_many_streams_the_oldest_ends() {
        let hub = Arc::new(Hub::new(2, 8));
        let mut streams: Vec<_> = (0..3).map(|_| hub.clone().listen(ANA)).collect();
        hub.tell(ANA, &[frame(1)]);
        assert_eq!(streams[0].next().await, None);
        assert_eq!(streams[1].next().await, Some(frame(1)));
        assert_eq!(streams[2].next().await, Some(frame(1)));
    }

    #[test]
    fn nothing_is_left_of_a_closed_stream() {
        let hub = Arc::new(Hub::new(2, 8));
        let (one, two) = (hub.clone().listen(ANA), hub.clone().listen(ANA));
        drop(one);
        assert!(hub.is_heard(ANA));
        drop(two);
        assert!(!hub.is_heard(ANA));
    }
}
