//! What this process hears and hands on to its sockets.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use common::{
    Ctx,
    events::{Bus, Live, LiveEvent, Record},
    http::Problem,
    trace,
};
use futures_util::FutureExt;
use serde::Deserialize;
use tracing::{Instrument, Span};
use uuid::Uuid;

use super::{Hub, frames::ServerFrame};
use crate::conversation::api::{self, TOPIC, Wanted};

/// Device sessions that end take their sockets with them.
const SESSIONS: &str = "dojob.auth.session.v1";

/// Events handled together: one read of the database for all of them. Well below what a socket's queue takes, so that
/// a burst alone cuts nobody off.
const BATCH: usize = 64;

/// How often tokens and heartbeats are looked at.
const SWEEP: Duration = Duration::from_millis(500);

/// What the worker listens to, from the moment it is made.
pub(crate) struct Ears {
    talk: Live,
    sessions: Live,
}

impl Ears {
    pub(crate) fn of(bus: &Bus) -> Self {
        Self { talk: bus.live(TOPIC), sessions: bus.live(SESSIONS) }
    }
}

/// An event of ours, as far as sockets care.
#[derive(Debug, Deserialize)]
struct Heard {
    conversation_id: Uuid,
    #[serde(default)]
    seq: i64,
    account_id: Option<Uuid>,
    participants: Vec<Uuid>,
}

#[derive(Debug, Deserialize)]
struct Revoked {
    account_id: Uuid,
    device_session_id: Option<Uuid>,
}

/// Delivers until the process drains; then says good-bye to all sockets.
pub(crate) async fn run(cx: Ctx, hub: Hub, mut ears: Ears) {
    let draining = cx.tasks.draining();
    let mut sweep = tokio::time::interval(SWEEP);
    sweep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut moves = cx.clock.moves();
    // Since when a gap may have swallowed something.
    let mut heard_until = cx.clock.now();
    loop {
        tokio::select! {
            () = draining.cancelled() => break,
            event = ears.talk.recv() => {
                let Some(event) = event else { break };
                let (mut batch, mut gap) = (Vec::new(), false);
                let mut next = Some(event);
                while let Some(event) = next {
                    match event {
                        LiveEvent::Event(record) => batch.push(record),
                        LiveEvent::Gap => gap = true,
                    }
                    next = if batch.len() < BATCH { ears.talk.recv().now_or_never().flatten() } else { None };
                }
                deliver(&cx, &hub, &batch).await;
                if gap {
                    after_gap(&cx, &hub, heard_until).await;
                }
                heard_until = batch.last().map_or(heard_until, |r| r.occurred_at);
            }
            event = ears.sessions.recv() => {
                let Some(event) = event else { break };
                if let LiveEvent::Event(record) = event {
                    revoke(&hub, &record);
                }
            }
            _ = sweep.tick() => hub.sweep(cx.clock.now()),
            _ = moves.changed() => hub.sweep(cx.clock.now()),
        }
    }
    hub.close_all();
}

/// Hands a batch on, in its order.
async fn deliver(cx: &Ctx, hub: &Hub, batch: &[Arc<Record>]) {
    let heard: Vec<(&str, Heard, Span)> = batch
        .iter()
        .filter_map(|record| Some((record, Heard::deserialize(&record.data).ok()?)))
        .filter(|(_, heard)| hub.any_here(&heard.participants))
        .map(|(record, heard)| (record.kind.as_str(), heard, trace::handed_on(cx.name, &**record)))
        .collect();
    let messages = heard
        .iter()
        .filter(|(kind, ..)| *kind == "MessageStored")
        .map(|(_, h, _)| (h.conversation_id, h.seq));
    // One read for all of them: it lies below the first.
    let first = heard.first().map_or_else(Span::none, |(.., span)| span.clone());
    let frames = frames(cx, messages.collect()).instrument(first).await;
    for (kind, heard, span) in heard {
        let _within = span.entered();
        let Heard { conversation_id, seq, account_id, participants } = heard;
        match (kind, account_id) {
            ("MessageStored", _) => {
                if let Some(frame) = frames.get(&(conversation_id, seq)) {
                    hub.deliver(cx, conversation_id, seq, frame, &participants);
                }
            }
            ("ReadCursorMoved", Some(account_id)) => {
                hub.tell(&participants, &ServerFrame::Read { conversation_id, account_id, seq }.encode());
            }
            ("ConversationOpened", _) => {
                hub.tell(&participants, &ServerFrame::Opened { conversation_id }.encode());
            }
            _ => {}
        }
    }
}

/// The frames of these messages, each encoded once. Waits while the database is away: what is stored meanwhile is
/// either heard afterwards or makes a gap.
async fn frames(cx: &Ctx, messages: Vec<(Uuid, i64)>) -> HashMap<(Uuid, i64), Bytes> {
    if messages.is_empty() {
        return HashMap::new();
    }
    let read = async || {
        let mut wanted = Wanted::at_most(i64::try_from(messages.len()).unwrap_or(i64::MAX));
        for (conversation, seq) in &messages {
            wanted.add(*conversation, seq - 1, *seq);
        }
        Ok::<_, Problem>(api::since(&mut *cx.read().await?, wanted).await?)
    };
    let draining = cx.tasks.draining();
    loop {
        match read().await {
            Ok(rows) => {
                let frame = |row: api::MessageRow| {
                    ((row.conversation_id, row.seq), ServerFrame::Message { message: row.into() }.encode())
                };
                return rows.into_iter().map(frame).collect();
            }
            Err(problem) => {
                tracing::warn!(%problem, "messages wait for the database");
                tokio::select! {
                    () = tokio::time::sleep(Duration::from_millis(200)) => {}
                    () = draining.cancelled() => return HashMap::new(),
                }
            }
        }
    }
}

/// Events were missed: whoever is here reads anew what was touched since.
async fn after_gap(cx: &Ctx, hub: &Hub, heard_until: DateTime<Utc>) {
    let since = heard_until - TimeDelta::minutes(1);
    let touched =
        async { Ok::<_, Problem>(api::touched(&mut *cx.read().await?, &hub.accounts(), since).await?) };
    match touched.await {
        Ok(touched) => {
            for (account, conversation_id, last) in touched {
                let frame = ServerFrame::Reload { conversation_id }.encode();
                for socket in hub.of(&[account]) {
                    socket.reloaded(conversation_id, last);
                    socket.pipe.push_or_close(&frame);
                }
            }
        }
        Err(problem) => {
            tracing::warn!(%problem, "after a gap nobody knows what was missed; sockets may connect again");
            hub.close_all();
        }
    }
}

fn revoke(hub: &Hub, record: &Record) {
    let Ok(revoked) = Revoked::deserialize(&record.data) else { return };
    match (record.kind.as_str(), revoked.device_session_id) {
        ("DeviceSessionRevoked", Some(session)) => hub.revoke(revoked.account_id, Some(session)),
        ("AllDeviceSessionsRevoked", _) => hub.revoke(revoked.account_id, None),
        _ => {}
    }
}
