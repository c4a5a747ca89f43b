//! Asking about a listing.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Emit},
    http::{ApiJson, IdempotencyKey, Problem, Problems, Reply},
};
use futures_util::future::join3;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{events::InquiryOpened, problem::own_listing, store};
use crate::{
    budget::{Budgets, Kind},
    catalogue, conversation,
    listing::ListingRef,
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

/// Opens the conversation of the caller with the listing's owner about it. There is one of each: asking again answers
/// 200 with the same id, also when the listing takes no proposals any more.
#[utoipa::path(
    operation_id = "open_inquiry", tag = "inquiry", request_body = Ask,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = InquiryView), (status = 200, body = InquiryView), Problems),
    security(("bearer" = []))
)]
#[post("/inquiries")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    budgets: Data<Budgets>,
    me: Caller,
    key: IdempotencyKey,
    ApiJson(req): ApiJson<Ask>,
) -> Result<HttpResponse, Problem> {
    let listing = ListingRef::one_of(req.talent_id, req.need_id);
    let listing = listing.map_err(|refused| Problem::field("/talent_id", refused))?;
    cx.once(&me, &key, async |mut tx: Tx<'_>| {
        if let Some(id) = store::find(&tx, listing.id, me.account).await? {
            return Reply::ok(&InquiryView { id });
        }
        let open = catalogue::api::lock_open_listing(&mut tx, listing).await?;
        if open.owner == me.account {
            return Err(own_listing());
        }
        let fresh = tx.clock().id();
        let (member, spent, conversation) = join3(
            membership::api::require_complete(&tx, me.account),
            budgets.spend(&tx, me.account, Kind::Inquiry),
            conversation::api::of_visitor(&tx, listing.id, me.account, fresh),
        )
        .await;
        member?;
        spent?;
        let id = conversation?;
        if !store::insert(&mut tx, id, listing, me.account, open.owner).await? {
            // Another request of the same person was quicker.
            let id = store::find(&tx, listing.id, me.account).await?.ok_or_else(Problem::not_found)?;
            return Reply::ok(&InquiryView { id });
        }
        let opened = InquiryOpened { inquiry_id: id, from: me.account, to: open.owner, listing, version: 1 };
        tx.emit(Actor::Account(me.account), &opened).await?;
        Reply::created(format!("/api/chat/conversations/{id}"), &InquiryView { id })
    })
    .await
}
