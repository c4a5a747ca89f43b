//! Minutes went on record: both are notified. No other event of a session that took place makes a notice, so that one
//! fact makes one notice.

use common::{
    db::Tx,
    events::{Consumer, Envelope, Failure},
};
use futures_util::FutureExt;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    create,
    domain::{NoticeKey, Pair, Params},
};

const TOPIC: &str = "dojob.core.hours.v1";

#[derive(Clone, Debug, Deserialize)]
struct HoursPosted {
    engagement_id: Uuid,
    donor_id: Uuid,
    recipient_id: Uuid,
    minutes: i32,
}

pub(super) fn subscribe(consumer: Consumer) -> Consumer {
    consumer.on(TOPIC, "HoursPosted", |tx, e| handle(tx, e).boxed())
}

async fn handle(tx: &mut Tx<'_>, e: Envelope<HoursPosted>) -> Result<(), Failure> {
    let HoursPosted { engagement_id, donor_id, recipient_id, minutes } = e.data;
    let pair = Pair { donor: donor_id, recipient: recipient_id };
    let params = Params { engagement_id: Some(engagement_id), minutes: Some(minutes), ..Params::default() };
    for draft in pair.both(NoticeKey::HoursRecorded, &params) {
        create::run(tx, e.id, e.time, &draft).await?;
    }
    Ok(())
}
