//! What a client missed: all of it, or the advice to read again.

use std::{collections::HashMap, sync::Arc, time::Duration};

use common::{Ctx, http::Problem};
use uuid::Uuid;

use super::{
    close,
    connection::Connection,
    domain::Resume,
    frames::{Known, ServerFrame},
};
use crate::conversation::api::{self, Head, MessageRow, Wanted};

/// More than this in one go is better read over HTTP.
const MOST: i64 = 300;

/// A client says how far it has come in each of its conversations.
pub(super) async fn resume(cx: &Ctx, connection: &Arc<Connection>, known: &[Known]) -> Result<(), Problem> {
    let ids: Vec<Uuid> = known.iter().map(|k| k.id).collect();
    let heads = heads(cx, connection.account, &ids).await?;
    let (mut missing, mut behind) = (0i64, Vec::new());
    for k in known {
        let resume = match heads.get(&k.id) {
            Some(last) => connection.resume(k.id, k.last_seq, *last),
            // Not there (yet), or not this account's: HTTP says which, with a 404 for both.
            None => Resume::Reload,
        };
        match resume {
            Resume::Nothing => {}
            Resume::Missing(count) => {
                missing = missing.saturating_add(count);
                behind.push(k.id);
            }
            Resume::Reload => {
                if !connection
                    .pipe
                    .push_patiently(&ServerFrame::Reload { conversation_id: k.id }.encode())
                    .await
                {
                    return Ok(());
                }
            }
        }
    }
    // What came in the meantime, of conversations that it did not name.
    for id in connection.let_go() {
        if !behind.contains(&id) {
            behind.push(id);
        }
    }
    if missing > MOST {
        reload(cx, connection, &mut behind).await?;
    }
    run(cx.clone(), connection.clone(), behind).await;
    Ok(())
}

/// Fetches and sends what lies behind the cursors of these conversations, until nothing is missing. Nobody else sends
/// messages of them meanwhile: what is stored now only raises the mark up to which this has to fetch.
pub(super) async fn run(cx: Ctx, connection: Arc<Connection>, mut behind: Vec<Uuid>) {
    let mut failed = 0u32;
    while !behind.is_empty() && !connection.pipe.closing().is_cancelled() {
        match step(&cx, &connection, &mut behind).await {
            Ok(true) => {}
            // Nothing there yet although its event has arrived.
            Ok(false) => tokio::time::sleep(Duration::from_millis(50)).await,
            Err(problem) if failed >= 4 => {
                tracing::warn!(%problem, "a socket could not catch up; it is closed to connect again");
                connection.pipe.close(close::GOING_AWAY);
                return;
            }
            Err(_) => {
                tokio::time::sleep(Duration::from_millis(100 << failed)).await;
                failed += 1;
            }
        }
    }
}

/// One read and what it brought; false when it brought nothing although something is missing.
async fn step(cx: &Ctx, connection: &Arc<Connection>, behind: &mut Vec<Uuid>) -> Result<bool, Problem> {
    let mut wanted = Wanted::at_most(MOST + 1);
    for id in &*behind {
        wanted.add(*id, connection.sent(*id), i64::MAX);
    }
    let rows: Vec<MessageRow> = api::since(&mut *cx.read().await?, wanted).await?;
    if i64::try_from(rows.len()).is_ok_and(|n| n > MOST) {
        reload(cx, connection, behind).await?;
        return Ok(true);
    }
    let brought = !rows.is_empty();
    for row in rows {
        if connection.fetched(row.message.conversation_id, row.seq) {
            let frame = ServerFrame::Message { message: row.into() }.encode();
            if !connection.pipe.push_patiently(&frame).await {
                return Ok(true);
            }
        }
    }
    behind.retain(|id| !connection.caught_up(*id));
    Ok(brought || behind.is_empty())
}

/// Tells the client to read these conversations again; from there on it gets what is stored.
async fn reload(cx: &Ctx, connection: &Arc<Connection>, behind: &mut Vec<Uuid>) -> Result<(), Problem> {
    for (id, last) in heads(cx, connection.account, behind).await? {
        connection.reloaded(id, last);
        if !connection.pipe.push_patiently(&ServerFrame::Reload { conversation_id: id }.encode()).await {
            return Ok(());
        }
    }
    behind.retain(|id| !connection.caught_up(*id));
    Ok(())
}

async fn heads(cx: &Ctx, account: Uuid, ids: &[Uuid]) -> Result<HashMap<Uuid, i64>, Problem> {
    let heads = api::heads(&mut *cx.read().await?, account, ids).await?;
    Ok(heads.into_iter().map(|Head { conversation_id, last_seq }| (conversation_id, last_seq)).collect())
}
