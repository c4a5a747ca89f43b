//! What this process subscribes to and sends on to its connections.

use std::{collections::HashMap, sync::Arc, time::Duration};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use common::{
    Ctx,
    events::{Live, LiveEvent, Record},
    http::Problem,
    service::Worker,
    trace,
};
use futures_util::FutureExt;
use serde::Deserialize;
use tracing::{Instrument, Span};
use uuid::Uuid;

use super::{ConnectionRegistry, frames::ServerFrame};
use crate::conversation::api::{self, TOPIC, Wanted};

/// Events handled together: one read of the database for all of them. Well below what a socket's queue takes, so that
/// a burst alone cuts nobody off.
const BATCH: usize = 64;

/// How often tokens and heartbeats are looked at: so soon a device session that ended has lost its sockets.
const SWEEP: Duration = Duration::from_millis(500);

/// An event of ours, as far as sockets need it.
#[derive(Debug, Deserialize)]
struct ConversationEvent {
    conversation_id: Uuid,
    #[serde(default)]
    seq: i64,
    account_id: Option<Uuid>,
    participants: Vec<Uuid>,
}

/// Keeps the connections of this process supplied. Subscribes when the worker is made, not when it is first run.
pub(crate) fn worker(cx: Ctx, registry: ConnectionRegistry) -> Worker {
    Arc::new(move || {
        let conversations = cx.bus.live(TOPIC);
        run(cx.clone(), registry.clone(), conversations).boxed()
    })
}

/// Delivers until the process drains; then closes all connections.
async fn run(cx: Ctx, registry: ConnectionRegistry, mut conversations: Live) {
    let draining = cx.tasks.draining();
    let mut sweep = tokio::time::interval(SWEEP);
    sweep.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut moves = cx.clock.moves();
    // Since when a gap may have swallowed something.
    let mut received_until = cx.clock.now();
    loop {
        tokio::select! {
            () = draining.cancelled() => break,
            event = conversations.recv() => {
                let Some(event) = event else { break };
                let (mut batch, mut gap) = (Vec::new(), false);
                let mut next = Some(event);
                while let Some(event) = next {
                    match event {
                        LiveEvent::Event(record) => batch.push(record),
                        LiveEvent::Gap => gap = true,
                    }
                    next = if batch.len() < BATCH { conversations.recv().now_or_never().flatten() } else { None };
                }
                deliver(&cx, &registry, &batch).await;
                if gap {
                    after_gap(&cx, &registry, received_until).await;
                }
                received_until = batch.last().map_or(received_until, |r| r.occurred_at);
            }
            _ = sweep.tick() => registry.sweep(&cx),
            _ = moves.changed() => registry.sweep(&cx),
        }
    }
    registry.close_all();
}

/// Sends a batch on, in its order.
async fn deliver(cx: &Ctx, registry: &ConnectionRegistry, batch: &[Arc<Record>]) {
    let events: Vec<(&str, ConversationEvent, Span)> = batch
        .iter()
        .filter_map(|record| Some((record, ConversationEvent::deserialize(&record.data).ok()?)))
        .filter(|(_, event)| registry.any_here(&event.participants))
        .map(|(record, event)| (record.kind.as_str(), event, trace::handed_on(cx.name, &**record)))
        .collect();
    let messages = events
        .iter()
        .filter(|(kind, ..)| *kind == "MessageStored")
        .map(|(_, event, _)| (event.conversation_id, event.seq));
    // One read for all of them: it lies below the first.
    let first = events.first().map_or_else(Span::none, |(.., span)| span.clone());
    let frames = frames(cx, messages.collect()).instrument(first).await;
    for (kind, event, span) in events {
        let _within = span.entered();
        let ConversationEvent { conversation_id, seq, account_id, participants } = event;
        match (kind, account_id) {
            ("MessageStored", _) => {
                if let Some(frame) = frames.get(&(conversation_id, seq)) {
                    registry.deliver(cx, conversation_id, seq, frame, &participants);
                }
            }
            ("ReadCursorMoved", Some(account_id)) => {
                registry
                    .send(&participants, &ServerFrame::Read { conversation_id, account_id, seq }.encode());
            }
            ("ConversationOpened", _) => {
                registry.send(&participants, &ServerFrame::Opened { conversation_id }.encode());
            }
            _ => {}
        }
    }
}

/// The frames of these messages, each encoded once. Waits while the database is unavailable: what is stored
/// meanwhile either arrives afterwards or makes a gap.
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
                    (
                        (row.message.conversation_id, row.seq),
                        ServerFrame::Message { message: row.into() }.encode(),
                    )
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

/// Events were missed: those who are connected read again what was touched since.
async fn after_gap(cx: &Ctx, registry: &ConnectionRegistry, received_until: DateTime<Utc>) {
    let since = received_until - TimeDelta::minutes(1);
    let touched =
        async { Ok::<_, Problem>(api::touched(&mut *cx.read().await?, &registry.accounts(), since).await?) };
    match touched.await {
        Ok(touched) => {
            for (account, conversation_id, last) in touched {
                let frame = ServerFrame::Reload { conversation_id }.encode();
                for connection in registry.of(&[account]) {
                    connection.reloaded(conversation_id, last);
                    connection.pipe.push_or_close(&frame);
                }
            }
        }
        Err(problem) => {
            tracing::warn!(%problem, "what was missed in a gap is unknown; sockets are closed to connect again");
            registry.close_all();
        }
    }
}
