//! The bell between the processes of one service: whoever commits an event and is not the relay rings, the relay
//! hears. `NOTIFY` inside the business transaction would cut commits to a tenth, so it has a connection of its own.

use std::{sync::atomic::Ordering, time::Duration};

use futures_util::{StreamExt, stream};
use tokio_postgres::AsyncMessage;

use crate::service::Ctx;

/// At most so often: many commits, one ring.
const PAUSE: Duration = Duration::from_millis(5);

/// Rings and hears until the service stops. Without it the relay still looks once a second.
pub(crate) async fn run(cx: Ctx) {
    let stop = cx.tasks.stopping();
    while !stop.is_cancelled() {
        tokio::select! {
            ended = session(&cx) => {
                if let Err(error) = ended {
                    tracing::debug!(service = cx.name, %error, "the bell is hung anew");
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            () = stop.cancelled() => {}
        }
    }
}

async fn session(cx: &Ctx) -> anyhow::Result<()> {
    let (client, mut connection) = cx.db.connect().await?;
    let hears = stream::poll_fn(|wake| connection.poll_message(wake)).for_each(|message| {
        if let Ok(AsyncMessage::Notification(_)) = message
            && cx.leads.load(Ordering::Acquire)
        {
            cx.outbox.notify_one();
        }
        std::future::ready(())
    });
    let rings = async {
        client.batch_execute("LISTEN dojob_outbox").await?;
        loop {
            cx.bell.notified().await;
            client.batch_execute("NOTIFY dojob_outbox").await?;
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::select! {
        () = hears => anyhow::bail!("the connection has ended"),
        ended = rings => ended,
    }
}
