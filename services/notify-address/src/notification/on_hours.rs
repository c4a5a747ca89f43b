//! Minutes went on record: both hear of it. This alone tells of a meeting that took place, so that one fact makes one
//! notice.

use common::{
    db::Tx,
    events::{Envelope, Failure},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    create,
    domain::{Key, Pair, Params},
};

pub(super) const TOPIC: &str = "dojob.core.hours.v1";

#[derive(Clone, Debug, Deserialize)]
pub(super) struct HoursPosted {
    engagement_id: Uuid,
    donor_id: Uuid,
    recipient_id: Uuid,
    minutes: i32,
}

pub(super) async fn handle(tx: &mut Tx<'_>, e: Envelope<HoursPosted>) -> Result<(), Failure> {
    let HoursPosted { engagement_id, donor_id, recipient_id, minutes } = e.data;
    let pair = Pair { donor: donor_id, recipient: recipient_id };
    let params = Params { engagement_id: Some(engagement_id), minutes: Some(minutes), ..Params::default() };
    for draft in pair.both(Key::HoursRecorded, &params) {
        create::run(tx, e.id, e.time, &draft).await?;
    }
    Ok(())
}
