//! Proposing a time: to a talent as its recipient, to a need as its donor.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    http::{ApiJson, FieldError, IdempotencyKey, Problem, Problems, Reply},
};
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
use crate::{catalogue, engagement::ListingKind, membership};

/// One of `talent_id` and `need_id`, and the terms.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Propose {
    talent_id: Option<Uuid>,
    need_id: Option<Uuid>,
    terms: TermsInput,
}

/// Proposes a time. Whoever published the listing is asked; one open proposal of two people about one listing.
#[utoipa::path(
    operation_id = "propose_engagement", tag = "engagement", request_body = Propose,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = EngagementView), Problems), security(("bearer" = []))
)]
#[post("/engagements")]
pub async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    key: IdempotencyKey,
    ApiJson(req): ApiJson<Propose>,
) -> Result<HttpResponse, Problem> {
    let (kind, listing_id) = which(req.talent_id, req.need_id)?;
    let terms = req.terms.parse()?;
    cx.once(&me, &key, async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        // The listing before the member, as everybody who needs both does.
        let open = catalogue::api::lock_open_listing(&mut tx, kind, listing_id).await?;
        membership::api::require_complete(&mut tx, me.account).await?;
        let listing = Listing { kind, id: listing_id, title: open.title };
        let id = tx.clock().id();
        let (e, facts) = Engagement::propose(id, listing, open.owner, me.account, terms.clone(), now)?;
        if let Some(known) = store::open_proposal(&mut tx, listing_id, e.donor, e.recipient).await? {
            return Err(problem::open_exists(Some(known)));
        }
        change::write(&mut tx, None, &e, &facts, now).await?;
        let view = get::view(&mut tx, &regions, e, me.account, now).await?;
        Reply::created(format!("/api/core/engagements/{id}"), &view)
    })
    .await
}

/// The one listing that a request names.
///
/// # Errors
/// 422 `listing.one_of` when it names none or both.
pub(crate) fn which(talent: Option<Uuid>, need: Option<Uuid>) -> Result<(ListingKind, Uuid), Problem> {
    match (talent, need) {
        (Some(id), None) => Ok((ListingKind::Talent, id)),
        (None, Some(id)) => Ok((ListingKind::Need, id)),
        _ => Err(Problem::field("/talent_id", FieldError::plain("listing.one_of"))),
    }
}
