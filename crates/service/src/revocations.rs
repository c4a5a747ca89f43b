//! Hears of device sessions that end, so that their tokens are refused here within a moment ([`Revocations`]). Every process
//! reads the whole topic live; what ended before it started, or while it missed something, it reads again from the topic
//! (docs/adr/0016).

use std::time::Duration;

use events::{Live, LiveEvent};
use http::auth::Revocations;
use pg::Record;
use serde::Deserialize;
use tokio::{
    sync::Notify,
    time::{MissedTickBehavior, interval},
};
use uuid::Uuid;

use crate::Ctx;

const TOPIC: &str = "dojob.auth.session.v1";

/// A process that starts waits so long for what ended before. Then it serves without: tokens expire by themselves.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before the topic is read again after a failure.
const RETRY: Duration = Duration::from_secs(1);

/// How often those are forgotten that have no valid token any more.
const FORGET: Duration = Duration::from_secs(30);

/// An event that ends device sessions, as far as it matters here.
#[derive(Deserialize)]
struct Ended {
    device_session_id: Option<Uuid>,
    #[serde(default)]
    device_session_ids: Vec<Uuid>,
}

/// Keeps the process's revocations up to date until it stops. Subscribes at this moment, not when the task is first run.
pub(crate) fn follow(cx: Ctx) -> impl Future<Output = ()> {
    let live = cx.bus.live(TOPIC);
    async move {
        let (stop, gaps) = (cx.tasks.stopping(), Notify::new());
        tokio::select! {
            () = hear(&cx, live, &gaps) => {}
            never = catch_up(&cx, &gaps) => never,
            never = forget(&cx) => never,
            () = stop.cancelled() => {}
        }
        cx.verifier.revocations().settle();
    }
}

/// Takes what ends from now on.
async fn hear(cx: &Ctx, mut live: Live, gaps: &Notify) {
    while let Some(event) = live.recv().await {
        match event {
            LiveEvent::Event(record) => end(cx, &record),
            LiveEvent::Gap => gaps.notify_one(),
        }
    }
}

/// Reads what has ended already: at the start, and after every gap.
async fn catch_up(cx: &Ctx, gaps: &Notify) -> ! {
    let all = cx.verifier.revocations();
    let mut first = Box::pin(read(cx));
    if tokio::time::timeout(PATIENCE, &mut first).await.is_err() {
        tracing::warn!(service = cx.name, "serves without knowing which device sessions have ended");
        all.settle();
        first.await;
        tracing::info!(service = cx.name, "knows which device sessions have ended");
    }
    all.settle();
    loop {
        gaps.notified().await;
        read(cx).await;
    }
}

/// Tries until it has read all of it.
async fn read(cx: &Ctx) {
    loop {
        match cx.bus.recent(TOPIC, Revocations::REMEMBERED, cx.clock.now()).await {
            Ok(records) => return records.iter().for_each(|record| end(cx, record)),
            Err(error) => tracing::debug!(service = cx.name, %error, "what has ended is asked for again"),
        }
        tokio::time::sleep(RETRY).await;
    }
}

async fn forget(cx: &Ctx) -> ! {
    let mut tick = interval(FORGET);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        cx.metrics.revoked(cx.name, cx.verifier.revocations().forget(cx.clock.now()));
    }
}

fn end(cx: &Ctx, record: &Record) {
    if !matches!(record.kind.as_str(), "DeviceSessionRevoked" | "AllDeviceSessionsRevoked") {
        return;
    }
    match Ended::deserialize(&record.data) {
        Ok(Ended { device_session_id, mut device_session_ids }) => {
            device_session_ids.extend(device_session_id);
            let now = cx.clock.now();
            cx.verifier.revocations().end(&device_session_ids, record.occurred_at, now);
        }
        Err(error) => {
            tracing::error!(event.id = %record.event_id, %error, "which device session ended cannot be read");
        }
    }
}
