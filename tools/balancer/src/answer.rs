//! Bodies of answers: a target's, passed on as it comes, and the balancer's own.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, combinators::BoxBody};
use hyper::{
    Response, StatusCode,
    body::{Body, Frame, Incoming, SizeHint},
    header,
};
use tokio::time::{Instant, Sleep, sleep};
use tokio_util::sync::WaitForCancellationFutureOwned;

use crate::target::InFlight;

pub(crate) type Answer = Response<BoxBody<Bytes, io::Error>>;

/// What the balancer says itself, as an ALB words it.
pub fn own(status: StatusCode) -> Answer {
    let body = Full::new(Bytes::from(format!("{status}\n"))).map_err(|never| match never {}).boxed();
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/plain"));
    answer
}

/// A target's body. It breaks when nothing comes for `idle`, and when the target is gone.
pub struct Passed {
    body: Incoming,
    idle: Duration,
    silence: Pin<Box<Sleep>>,
    gone: Pin<Box<WaitForCancellationFutureOwned>>,
    _counted: InFlight,
}

impl Passed {
    pub fn new(
        body: Incoming,
        idle: Duration,
        gone: WaitForCancellationFutureOwned,
        counted: InFlight,
    ) -> Self {
        Self { body, idle, silence: Box::pin(sleep(idle)), gone: Box::pin(gone), _counted: counted }
    }
}

impl Body for Passed {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.silence.as_mut().reset(Instant::now() + this.idle);
            return Poll::Ready(frame.map(|frame| frame.map_err(io::Error::other)));
        }
        if this.gone.as_mut().poll(cx).is_pending() {
            ready!(this.silence.as_mut().poll(cx));
        }
        Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
