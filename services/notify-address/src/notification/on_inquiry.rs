//! Somebody asks about a listing: its owner is notified.

use common::{
    db::Tx,
    events::{Consumer, Envelope, Failure},
};
use futures_util::FutureExt;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    create,
    domain::{Draft, INQUIRY_MEETS, Listing, NoticeKey, Params},
};

const TOPIC: &str = "dojob.core.inquiry.v1";

#[derive(Clone, Debug, Deserialize)]
struct InquiryOpened {
    inquiry_id: Uuid,
    from: Uuid,
    to: Uuid,
    listing: Option<Listing>,
}

pub(super) fn subscribe(consumer: Consumer) -> Consumer {
    consumer.on(TOPIC, "InquiryOpened", |tx, e| handle(tx, e).boxed())
}

async fn handle(tx: &mut Tx<'_>, e: Envelope<InquiryOpened>) -> Result<(), Failure> {
    let InquiryOpened { inquiry_id, from, to, listing } = e.data;
    let params = Params {
        inquiry_id: Some(inquiry_id),
        listing,
        other_id: Some(from),
        actor_id: Some(from),
        ..Params::default()
    };
    let draft = Draft { account_id: to, key: NoticeKey::InquiryOpened, params };
    create::run_among(tx, e.id, e.time, &draft, INQUIRY_MEETS).await
}
