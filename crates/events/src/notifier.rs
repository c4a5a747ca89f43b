//! Wakes the relay of another process of the same service, by `LISTEN` and `NOTIFY`: a process that commits an event and
//! is not the relay's leader notifies, the leader listens. `NOTIFY` inside the business transaction would cut commits to
//! a tenth, so it has a connection of its own.

use std::{sync::atomic::Ordering, time::Duration};

use futures_util::{StreamExt, stream};
use tokio_postgres::AsyncMessage;

use crate::Runtime;

/// At most so often: many commits, one notification.
const PAUSE: Duration = Duration::from_millis(5);

/// Notifies and listens until the service stops. Without it the relay still looks once a second.
pub(crate) async fn run(cx: Runtime) {
    let stop = cx.tasks.stopping();
    while !stop.is_cancelled() {
        tokio::select! {
            ended = session(&cx) => {
                if let Err(error) = ended {
                    tracing::debug!(service = cx.name, %error, "listener reconnecting");
                }
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            () = stop.cancelled() => {}
        }
    }
}

async fn session(cx: &Runtime) -> anyhow::Result<()> {
    let (client, mut connection) = cx.db.connect().await?;
    let listening = stream::poll_fn(|wake| connection.poll_message(wake)).for_each(|message| {
        if let Ok(AsyncMessage::Notification(_)) = message
            && cx.wakes.is_leader.load(Ordering::Acquire)
        {
            cx.wakes.look.store(true, Ordering::Release);
            cx.wakes.log.notify_one();
        }
        std::future::ready(())
    });
    let notifying = async {
        client.batch_execute("LISTEN dojob_log").await?;
        loop {
            cx.wakes.notifier.notified().await;
            client.batch_execute("NOTIFY dojob_log").await?;
            tokio::time::sleep(PAUSE).await;
        }
    };
    tokio::select! {
        () = listening => anyhow::bail!("the connection has ended"),
        ended = notifying => ended,
    }
}
