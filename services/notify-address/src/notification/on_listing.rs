//! A listing is about to run out, or has: its owner is notified.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Consumer, Envelope, Failure},
};
use futures_util::FutureExt;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    create,
    domain::{Draft, NoticeKey, Params},
};

const TOPIC: &str = "dojob.core.catalogue.v1";

/// Kinds of events, and the key of the notice that each makes.
const KINDS: [(&str, NoticeKey); 4] = [
    ("TalentExpiringSoon", NoticeKey::TalentExpiringSoon),
    ("TalentExpired", NoticeKey::TalentExpired),
    ("NeedExpiringSoon", NoticeKey::NeedExpiringSoon),
    ("NeedExpired", NoticeKey::NeedExpired),
];

pub(super) fn subscribe(consumer: Consumer) -> Consumer {
    KINDS.iter().fold(consumer, |consumer, &(kind, key)| {
        consumer.on(TOPIC, kind, move |tx, e| handle(tx, e, key).boxed())
    })
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum ListingEvent {
    Talent { talent_id: Uuid, donor_id: Uuid, expires_at: Option<DateTime<Utc>> },
    Need { need_id: Uuid, recipient_id: Uuid, expires_at: Option<DateTime<Utc>> },
}

async fn handle(tx: &mut Tx<'_>, e: Envelope<ListingEvent>, key: NoticeKey) -> Result<(), Failure> {
    let (account_id, params) = match e.data {
        ListingEvent::Talent { talent_id, donor_id, expires_at } => {
            (donor_id, Params { talent_id: Some(talent_id), expires_at, ..Params::default() })
        }
        ListingEvent::Need { need_id, recipient_id, expires_at } => {
            (recipient_id, Params { need_id: Some(need_id), expires_at, ..Params::default() })
        }
    };
    create::run(tx, e.id, e.time, &Draft { account_id, key, params }).await
}
