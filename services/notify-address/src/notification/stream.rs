//! The live stream of a person's notices, as server-sent events.

use std::{collections::VecDeque, convert::Infallible, future::ready, sync::Arc, time::Duration};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    get,
    http::header,
    web::{Bytes, Data},
};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    auth::Caller,
    http::{Problem, Problems, problems},
    metrics::Opened,
};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use futures_util::stream::unfold;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};
use uuid::Uuid;

use super::{
    registry::{Frame, StreamRegistry, Subscriber},
    store, view,
};

/// More than this is not sent one by one.
const MAX_MISSED: usize = 100;

/// How often a silent stream sends a sign of life.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Heartbeat(pub Duration);

/// Where the client left off.
#[derive(Clone, Copy, Debug)]
pub enum LastEvent {
    /// It was never here.
    New,
    Id(Uuid),
    /// None of our ids.
    Unknown,
}

impl FromRequest for LastEvent {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = req
            .headers()
            .get("last-event-id")
            .map(|value| value.to_str().ok().and_then(|id| id.parse().ok()));
        ready(Ok(id.map_or(Self::New, |id| id.map_or(Self::Unknown, Self::Id))))
    }
}

/// Tells of new notices and of the unread count, as they are committed, until the access token runs out or its device is
/// logged out.
///
/// Events: `notice` `{id, key, params}` with the notice's id as event id; `unread` `{count}`; `reload` `{}` when more
/// was missed than is told one by one. A comment comes every fifteen seconds. With `Last-Event-ID` what was missed
/// since comes first. The stream ends when the access token or its device session does, when it falls behind, and when the
/// server goes away: come back with the last id.
#[utoipa::path(
    operation_id = "follow_notices",
    tag = "inbox",
    params(("last-event-id" = Option<String>, Header, description = "The id of the last event that arrived.")),
    responses((status = 200, content_type = "text/event-stream", body = String), Problems),
    security(("bearer" = []))
)]
#[get("/stream")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    me: Caller,
    last: LastEvent,
    registry: Data<StreamRegistry>,
    heartbeat: Data<Heartbeat>,
) -> Result<HttpResponse, Problem> {
    // Subscribes before it reads: what is committed in between is in both, and is sent once.
    let subscriber = registry.into_inner().subscribe(me.account, me.session);
    // Ended between its token's check and now: nobody else would notice any more.
    if cx.verifier.revocations().contains(me.session) {
        return Err(Problem::new(problems::TOKEN_REVOKED));
    }
    let counted = cx.metrics.opened(cx.name, "stream");
    let (opening, sent) = open(&mut *cx.read().await?, me.account, last).await?;
    let mut heartbeat = interval_at(Instant::now() + heartbeat.0, heartbeat.0);
    heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let stream = NoticeStream {
        cx: cx.into_inner(),
        expires_at: me.expires_at,
        opening,
        sent,
        subscriber,
        heartbeat,
        _open: counted,
    };
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(unfold(stream, NoticeStream::next)))
}

/// What the stream sends first, and the id up to which notices are sent with it.
async fn open(c: &mut AsyncPgConnection, me: Uuid, last: LastEvent) -> QueryResult<(VecDeque<Bytes>, Uuid)> {
    let mut frames = VecDeque::new();
    let latest = store::find_latest(c, me).await?.unwrap_or(Uuid::nil());
    let (mut sent, mut here) = (latest, latest);
    match last {
        // What it knows was read before it came: a notice that is just being announced may be news to it.
        LastEvent::New => sent = Uuid::nil(),
        LastEvent::Unknown => frames.push_back(view::reload_frame()),
        LastEvent::Id(id) => {
            let limit = i64::try_from(MAX_MISSED + 1).unwrap_or(i64::MAX);
            let missed = store::list_missed(c, me, id, limit).await?;
            if missed.len() > MAX_MISSED {
                frames.push_back(view::reload_frame());
            } else {
                frames.extend(missed.iter().map(view::notice_frame));
                // One more may have been committed since `latest` was read.
                here = missed.last().map_or(latest, |notice| notice.id.max(latest));
                sent = here;
            }
        }
    }
    frames.push_back(view::opening_frame(store::count_unread(c, me).await?, here));
    Ok((frames, sent))
}

struct NoticeStream {
    cx: Arc<Ctx>,
    expires_at: DateTime<Utc>,
    opening: VecDeque<Bytes>,
    /// The last notice that was sent; ids rise in the order of commits.
    sent: Uuid,
    subscriber: Subscriber,
    heartbeat: Interval,
    _open: Opened,
}

impl NoticeStream {
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        if let Some(frame) = self.opening.pop_front() {
            return Some((Ok(frame), self));
        }
        let (draining, mut moves) = (self.cx.tasks.draining(), self.cx.clock.moves());
        loop {
            let left = (self.expires_at - self.cx.clock.now()).to_std().ok()?;
            let frame = tokio::select! {
                frame = self.subscriber.next() => frame?,
                _ = self.heartbeat.tick() => return Some((Ok(view::heartbeat_frame()), self)),
                () = tokio::time::sleep(left) => return None,
                () = draining.cancelled() => return None,
                _ = moves.changed() => continue,
            };
            match frame {
                Frame::Unread(bytes) => return Some((Ok(bytes), self)),
                Frame::Notice { id, bytes } if id > self.sent => {
                    self.sent = id;
                    return Some((Ok(bytes), self));
                }
                Frame::Notice { .. } => {}
            }
        }
    }
}
