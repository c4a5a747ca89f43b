//! Brings what was committed to the open streams: a live subscriber of our own topic learns that an account changed, reads
//! what its streams should send, once, and sends the same bytes to all of them.

use std::{sync::Arc, time::Duration};

use common::{
    Ctx,
    events::{Live, LiveEvent, Record},
    http::Problem,
    service::Worker,
    trace,
};
use futures_util::FutureExt;
use serde::Deserialize;
use tokio::time::{MissedTickBehavior, interval};
use tracing::Instrument;
use uuid::Uuid;

use super::{
    events::TOPIC,
    registry::{Frame, StreamRegistry},
    store, view,
};

/// So soon a device session that ended has lost its streams.
const SWEEP: Duration = Duration::from_millis(500);

/// An event of ours, as far as streams need it.
#[derive(Deserialize)]
struct Changed {
    account_id: Uuid,
    /// Absent when notices were read.
    notice_id: Option<Uuid>,
}

/// Keeps the streams of this process supplied.
pub(crate) fn worker(cx: Ctx, registry: Arc<StreamRegistry>) -> Worker {
    Arc::new(move || {
        // Subscribes at this moment, not when the task is first run.
        let live = cx.bus.live(TOPIC);
        follow(cx.clone(), registry.clone(), live).boxed()
    })
}

async fn follow(cx: Ctx, registry: Arc<StreamRegistry>, mut live: Live) {
    let stop = cx.tasks.stopping();
    let revocations = cx.verifier.revocations();
    let mut ended = revocations.changes();
    let mut sweep = interval(SWEEP);
    sweep.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let event = tokio::select! {
            event = live.recv() => event,
            _ = sweep.tick() => {
                if ended.has_changed().unwrap_or_default() {
                    ended.mark_unchanged();
                    registry.close_ended(revocations);
                }
                continue;
            }
            () = stop.cancelled() => None,
        };
        match event {
            Some(LiveEvent::Event(record)) => pass_on(&cx, &registry, &record).await,
            Some(LiveEvent::Gap) => registry.close_all(),
            None => break,
        }
    }
    registry.close_all();
}

async fn pass_on(cx: &Ctx, registry: &StreamRegistry, record: &Record) {
    let Ok(changed) = Changed::deserialize(&record.data) else { return };
    if !registry.has_streams(changed.account_id) {
        return;
    }
    let span = trace::handed_on(cx.name, record);
    match frames(cx, &changed).instrument(span.clone()).await {
        Ok(frames) => span.in_scope(|| registry.send(changed.account_id, &frames)),
        Err(problem) => {
            tracing::warn!(%problem, "streams are closed to resume: their notice could not be read");
            registry.close(changed.account_id);
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
    let count = store::count_unread(&connection, changed.account_id).await?;
    frames.push(Frame::Unread(view::unread_frame(count)));
    Ok(frames)
}
