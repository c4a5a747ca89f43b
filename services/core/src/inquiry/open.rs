//! Asking about a listing.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Event},
    http::{ApiJson, IdempotencyKey, Problem, Problems, Reply},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use crate::{
    catalogue,
    engagement::{ListingRef, which},
    membership,
};

/// One of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Ask {
    talent_id: Option<Uuid>,
    need_id: Option<Uuid>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InquiryView {
    /// Of the conversation, too.
    id: Uuid,
}

/// Somebody wants to ask about a listing: the two may talk.
#[derive(Debug, Serialize, ToSchema)]
struct InquiryOpened {
    inquiry_id: Uuid,
    from: Uuid,
    to: Uuid,
    listing: ListingRef,
}

impl Event for InquiryOpened {
    const TOPIC: &'static str = "dojob.core.inquiry.v1";
    const KIND: &'static str = "InquiryOpened";

    fn key(&self) -> Uuid {
        self.inquiry_id
    }

    fn sequence(&self) -> i64 {
        1
    }
}

/// Opens the conversation of the caller with the listing's owner about it. There is one of each: asking again answers
/// 200 with the same id, also when the listing takes no proposals any more.
#[utoipa::path(
    operation_id = "open_inquiry", tag = "inquiry", request_body = Ask,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = InquiryView), (status = 200, body = InquiryView), Problems),
    security(("bearer" = []))
)]
#[post("/inquiries")]
pub async fn handle(
    cx: Data<Ctx>,
    me: Caller,
    key: IdempotencyKey,
    ApiJson(req): ApiJson<Ask>,
) -> Result<HttpResponse, Problem> {
    let (kind, listing_id) = which(req.talent_id, req.need_id)?;
    cx.once(&me, &key, async |mut tx: Tx<'_>| {
        if let Some(id) = store::find(&mut tx, listing_id, me.account).await? {
            return Reply::ok(&InquiryView { id });
        }
        let open = catalogue::api::lock_open_listing(&mut tx, kind, listing_id).await?;
        if open.owner == me.account {
            return Err(Problem::conflict("engagement.own_listing"));
        }
        membership::api::require_complete(&mut tx, me.account).await?;
        let (id, listing) = (tx.clock().id(), ListingRef { kind, id: listing_id });
        if !store::insert(&mut tx, id, listing, me.account, open.owner).await? {
            // Another request of the same person was quicker.
            let id = store::find(&mut tx, listing_id, me.account).await?.ok_or_else(Problem::not_found)?;
            return Reply::ok(&InquiryView { id });
        }
        let opened = InquiryOpened { inquiry_id: id, from: me.account, to: open.owner, listing };
        tx.emit(Actor::Account(me.account), &opened).await?;
        Reply::created(format!("/api/chat/conversations/{id}"), &InquiryView { id })
    })
    .await
}

#[cfg(test)]
mod contracts {
    use testkit::contracts::{same_samples, sample};

    use super::*;
    use crate::engagement::ListingKind;

    #[test]
    fn samples_of_inquiry_opened() {
        let id = |n: u128| Uuid::from_u128(0x0193_5000_0000_7000_8000_0000_0000_0000 + n);
        let opened = |kind| InquiryOpened {
            inquiry_id: id(40),
            from: id(2),
            to: id(1),
            listing: ListingRef { kind, id: id(20) },
        };
        same_samples(
            "core",
            &[
                sample("about_a_talent", &opened(ListingKind::Talent)),
                sample("about_a_need", &opened(ListingKind::Need)),
            ],
        );
    }
}
