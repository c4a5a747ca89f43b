//! A mail is asked for: it is queued.

use common::{
    db::Tx,
    events::{Consumer, Envelope, Failure},
    jobs::Schedule,
};
use futures_util::FutureExt;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    forget::{FORGET, KEEP},
    store,
};

const TOPIC: &str = "dojob.auth.mail.v1";

/// Timer that sends a mail; its key is the mail's id.
pub(super) const SEND: &str = "mail.send";

#[derive(Clone, Debug, Deserialize)]
struct MailRequested {
    mail_id: Uuid,
    kind: String,
}

pub(super) fn subscribe(consumer: Consumer) -> Consumer {
    consumer.on(TOPIC, "MailRequested", |tx, e| handle(tx, e).boxed())
}

async fn handle(tx: &mut Tx<'_>, e: Envelope<MailRequested>) -> Result<(), Failure> {
    let MailRequested { mail_id, kind } = e.data;
    let now = tx.clock().now();
    if store::insert(tx, mail_id, &kind, e.time, now).await? {
        tx.schedule(SEND, mail_id, now, &()).await?;
        tx.schedule(FORGET, mail_id, now + KEEP, &()).await?;
    }
    Ok(())
}
