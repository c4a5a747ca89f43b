//! Proposing a time: to a talent as its recipient, to a need as its donor.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    http::{ApiJson, IdempotencyKey, Problem, Problems, Reply},
};
use futures_util::future::join3;
use regions::Regions;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    change,
    domain::{Engagement, Listing},
    get, problem, store,
    terms::TermsInput,
    view::EngagementView,
};
use crate::{
    budget::{self, Budgets},
    catalogue, conversation,
    listing::ListingRef,
    membership,
};

/// One of `talent_id` and `need_id`, and the terms.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Propose {
    talent_id: Option<Uuid>,
    need_id: Option<Uuid>,
    terms: TermsInput,
}

/// Proposes a time. The owner of the listing is asked; one open proposal of two people about one listing.
#[utoipa::path(
    operation_id = "propose_engagement", tag = "engagement", request_body = Propose,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = EngagementView), Problems), security(("bearer" = []))
)]
#[post("/engagements")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    key: IdempotencyKey,
    ApiJson(req): ApiJson<Propose>,
) -> Result<HttpResponse, Problem> {
    let of = ListingRef::one_of(req.talent_id, req.need_id);
    let of = of.map_err(|refused| Problem::field("/talent_id", refused))?;
    let terms = req.terms.parse()?;
    cx.once(&me, &key, async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        // The listing before the member, as everybody who needs both does.
        let open = catalogue::api::lock_open_listing(&mut tx, of).await?;
        let id = tx.clock().id();
        let (member, spent, conversation) = join3(
            membership::api::require_active(&tx, me.account),
            budgets.spend_proposal(&tx, me.account, open.owner),
            conversation::api::of_visitor(&tx, of.id, me.account, id),
        )
        .await;
        member?;
        let listing = Listing { kind: of.kind, id: of.id, title: open.title };
        let (mut e, facts) = Engagement::propose(id, listing, open.owner, me.account, terms.clone(), now)?;
        if let Some(known) = store::open_proposal(&mut tx, of.id, e.donor, e.recipient).await? {
            return Err(problem::open_exists(Some(known)));
        }
        spent?;
        e.conversation = conversation?;
        budget::prune(&mut tx, me.account);
        change::write(&mut tx, None, &e, &facts, now).await?;
        let view = get::view(&mut tx, &regions, e, me.account, now).await?;
        Reply::created(format!("/api/core/engagements/{id}"), &view)
    })
    .await
}
