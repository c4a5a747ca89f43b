//! The bounded queue in front of one socket. It is the body of the upgraded response: the connection's own task takes
//! from it as fast as the client reads, gathers what waits into one write, and stops taking while the client does not
//! read. So there is no writer besides, and nobody who delivers ever waits for a client.

use std::{
    collections::VecDeque,
    convert::Infallible,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::Duration,
};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use bytes::Bytes;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{close, frames};

/// How long a client that catches up may take to make room.
const PATIENCE: Duration = Duration::from_secs(10);

/// A queue of ready frames.
#[derive(Debug)]
pub(super) struct Pipe {
    state: Mutex<State>,
    max_frames: usize,
    max_bytes: usize,
    room: Notify,
    closing: CancellationToken,
}

#[derive(Debug, Default)]
struct State {
    frames: VecDeque<Bytes>,
    bytes: usize,
    /// The close frame is the last one.
    closing: bool,
    /// The body is over.
    over: bool,
    waker: Option<Waker>,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    Queued,
    Full,
    Closing,
}

impl Pipe {
    pub(super) fn new(max_frames: usize, max_bytes: usize) -> Self {
        let (state, room, closing) = (Mutex::default(), Notify::new(), CancellationToken::new());
        Self { state, max_frames, max_bytes, room, closing }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a frame if there is room; never waits.
    pub(super) fn push(&self, frame: &Bytes) -> Pushed {
        let mut state = self.lock();
        if state.closing {
            return Pushed::Closing;
        }
        if state.frames.len() >= self.max_frames || state.bytes + frame.len() > self.max_bytes {
            return Pushed::Full;
        }
        self.put(&mut state, frame.clone());
        Pushed::Queued
    }

    /// Queues a frame, or closes the socket as too slow.
    pub(super) fn push_or_close(&self, frame: &Bytes) {
        if self.push(frame) == Pushed::Full {
            self.cut(close::SLOW);
        }
    }

    /// Queues a frame that may be dropped: only while the client keeps up.
    pub(super) fn push_if_idle(&self, frame: &Bytes) {
        let mut state = self.lock();
        if !state.closing && state.frames.len() < self.max_frames / 4 && state.bytes < self.max_bytes / 4 {
            self.put(&mut state, frame.clone());
        }
    }

    /// Queues a frame, waiting for room; false when the socket is gone or closed as too slow.
    pub(super) async fn push_patiently(&self, frame: &Bytes) -> bool {
        loop {
            let mut room = std::pin::pin!(self.room.notified());
            room.as_mut().enable();
            match self.push(frame) {
                Pushed::Queued => return true,
                Pushed::Closing => return false,
                Pushed::Full => {}
            }
            tokio::select! {
                () = &mut room => {}
                () = self.closing.cancelled() => return false,
                () = tokio::time::sleep(PATIENCE) => {
                    self.cut(close::SLOW);
                    return false;
                }
            }
        }
    }

    /// Closes after what waits.
    pub(super) fn close(&self, code: u16) {
        self.end_with(code, false);
    }

    /// Closes instead of what waits.
    pub(super) fn cut(&self, code: u16) {
        self.end_with(code, true);
    }

    fn end_with(&self, code: u16, drop_waiting: bool) {
        let mut state = self.lock();
        if state.closing {
            return;
        }
        if drop_waiting {
            state.frames.clear();
            state.bytes = 0;
        }
        state.closing = true;
        self.put(&mut state, frames::close(code));
        drop(state);
        self.closing.cancel();
    }

    /// Nothing more will come: the response is over once what waits is written.
    pub(super) fn over(&self) {
        let mut state = self.lock();
        (state.closing, state.over) = (true, true);
        wake(&mut state);
        drop(state);
        self.closing.cancel();
    }

    /// Resolves when the connection is being closed.
    pub(super) fn closing(&self) -> &CancellationToken {
        &self.closing
    }

    #[expect(clippy::unused_self, reason = "pairs with `lock`")]
    fn put(&self, state: &mut State, frame: Bytes) {
        state.bytes += frame.len();
        state.frames.push_back(frame);
        wake(state);
    }

    fn poll_frame(&self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut state = self.lock();
        if let Some(frame) = state.frames.pop_front() {
            state.bytes -= frame.len();
            let room = state.frames.len() <= self.max_frames / 2;
            drop(state);
            if room {
                self.room.notify_waiters();
            }
            return Poll::Ready(Some(frame));
        }
        if state.over {
            return Poll::Ready(None);
        }
        if !state.waker.as_ref().is_some_and(|w| w.will_wake(cx.waker())) {
            state.waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }
}

fn wake(state: &mut State) {
    if let Some(waker) = state.waker.take() {
        waker.wake();
    }
}

/// The body of the upgraded response.
pub(super) struct Outgoing {
    pipe: Arc<Pipe>,
    /// The body that `actix_ws` made. It is never asked; that it is dropped tells the reading half that the
    /// connection is gone.
    _signal: BoxBody,
}

impl Outgoing {
    pub(super) fn new(pipe: Arc<Pipe>, signal: BoxBody) -> Self {
        Self { pipe, _signal: signal }
    }
}

impl MessageBody for Outgoing {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        self.pipe.poll_frame(cx).map(|frame| frame.map(Ok))
    }
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.pipe.over();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(pipe: &Pipe) -> Vec<Bytes> {
        let mut cx = Context::from_waker(Waker::noop());
        std::iter::from_fn(|| match pipe.poll_frame(&mut cx) {
            Poll::Ready(frame) => frame,
            Poll::Pending => None,
        })
        .collect()
    }

    #[test]
    fn frames_and_bytes_are_bounded() {
        let pipe = Pipe::new(3, 10);
        let frame = Bytes::from_static(b"1234");
        assert_eq!([(); 3].map(|()| pipe.push(&frame)), [Pushed::Queued, Pushed::Queued, Pushed::Full]);
        assert_eq!(taken(&pipe).len(), 2);
        assert_eq!(pipe.push(&frame), Pushed::Queued);
    }

    #[test]
    fn a_close_frame_comes_last_and_only_once() {
        let pipe = Pipe::new(3, 100);
        pipe.push(&Bytes::from_static(b"a"));
        pipe.close(close::GOING_AWAY);
        pipe.cut(close::SLOW);
        assert_eq!(pipe.push(&Bytes::from_static(b"b")), Pushed::Closing);
        assert_eq!(taken(&pipe), [Bytes::from_static(b"a"), frames::close(close::GOING_AWAY)]);
        assert!(pipe.closing().is_cancelled());
    }

    #[test]
    fn a_client_that_is_cut_off_receives_only_why() {
        let pipe = Pipe::new(1, 100);
        pipe.push_or_close(&Bytes::from_static(b"a"));
        pipe.push_or_close(&Bytes::from_static(b"b"));
        assert_eq!(taken(&pipe), [frames::close(close::SLOW)]);
    }

    #[tokio::test]
    async fn catching_up_waits_for_room() {
        let pipe = Arc::new(Pipe::new(2, 100));
        let frame = Bytes::from_static(b"a");
        let writer = async {
            for _ in 0..9 {
                assert!(pipe.push_patiently(&frame).await);
            }
        };
        let reader = async {
            let mut got = 0;
            while got < 9 {
                got += taken(&pipe).len();
                tokio::task::yield_now().await;
            }
        };
        tokio::join!(writer, reader);
    }
}
