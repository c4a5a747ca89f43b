//! Agreeing to a proposal.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    http::{ApiJson, ApiPath, IdempotencyKey, Problem, Problems, Reply},
};
use regions::Regions;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    change::{self, Locked},
    decline_offers::decline_offers,
    domain::DeclineReason,
    get,
    view::EngagementView,
};
use crate::catalogue;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Accept {
    /// The terms that the caller has read.
    terms_version: i32,
}

/// Agrees to exactly the terms that the caller has read. A need is filled by it, and its other offers are declined.
#[utoipa::path(
    operation_id = "accept_engagement", tag = "engagement", request_body = Accept,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = EngagementView), Problems), security(("bearer" = []))
)]
#[post("/engagements/{id}/accept")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    key: IdempotencyKey,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(req): ApiJson<Accept>,
) -> Result<HttpResponse, Problem> {
    cx.once(&me, &key, async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        let Locked { before, side, need } = change::lock_with_need(&mut tx, id, me.account).await?;
        let (after, facts) = before.engagement.clone().accept(side, req.terms_version, now)?;
        change::write(&mut tx, Some(&before), &after, &facts, now).await?;
        if let Some(need) = need {
            catalogue::api::fill_need(&mut tx, need, me.account).await?;
            decline_offers(&mut tx, need, DeclineReason::NeedFilled).await?;
        }
        Reply::ok(&get::view(&mut tx, &regions, after, me.account, now).await?)
    })
    .await
}
