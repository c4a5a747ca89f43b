//! A listing is about to run out, or has: its owner hears of it.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Envelope, Failure},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    create,
    domain::{Draft, Key, Params},
};

pub(super) const TOPIC: &str = "dojob.core.catalogue.v1";

pub(super) const KINDS: [&str; 4] =
    ["TalentExpiringSoon", "TalentExpired", "NeedExpiringSoon", "NeedExpired"];

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum ListingEvent {
    Talent { talent_id: Uuid, donor_id: Uuid, expires_at: Option<DateTime<Utc>> },
    Need { need_id: Uuid, recipient_id: Uuid, expires_at: Option<DateTime<Utc>> },
}

pub(super) async fn handle(tx: &mut Tx<'_>, e: Envelope<ListingEvent>) -> Result<(), Failure> {
    let (account_id, params) = match e.data {
        ListingEvent::Talent { talent_id, donor_id, expires_at } => {
            (donor_id, Params { talent_id: Some(talent_id), expires_at, ..Params::default() })
        }
        ListingEvent::Need { need_id, recipient_id, expires_at } => {
            (recipient_id, Params { need_id: Some(need_id), expires_at, ..Params::default() })
        }
    };
    let key = match e.kind.as_str() {
        "TalentExpiringSoon" => Key::TalentExpiringSoon,
        "TalentExpired" => Key::TalentExpired,
        "NeedExpiringSoon" => Key::NeedExpiringSoon,
        "NeedExpired" => Key::NeedExpired,
        kind => return Err(Failure::Permanent(format!("no rule for {kind}"))),
    };
    create::run(tx, e.id, e.time, &Draft { account_id, key, params }).await
}
