//! Somebody asks about a listing: the asked one hears of it.

use common::{
    db::Tx,
    events::{Envelope, Failure},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    create,
    domain::{Draft, Key, Listing, Params},
};

pub(super) const TOPIC: &str = "dojob.core.inquiry.v1";

#[derive(Clone, Debug, Deserialize)]
pub(super) struct InquiryOpened {
    inquiry_id: Uuid,
    from: Uuid,
    to: Uuid,
    listing: Option<Listing>,
}

pub(super) async fn handle(tx: &mut Tx<'_>, e: Envelope<InquiryOpened>) -> Result<(), Failure> {
    let InquiryOpened { inquiry_id, from, to, listing } = e.data;
    let params = Params {
        inquiry_id: Some(inquiry_id),
        listing,
        other_id: Some(from),
        actor_id: Some(from),
        ..Params::default()
    };
    create::run(tx, e.id, e.time, &Draft { account_id: to, key: Key::InquiryOpened, params }).await
}
