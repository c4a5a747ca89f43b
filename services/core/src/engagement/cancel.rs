//! Cancelling what was agreed.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::Actor,
    http::{ApiJson, ApiPath, IdempotencyKey, Problem, Problems, Reply},
};
use regions::Regions;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    change::{self, Locked},
    domain::CancelReason,
    get,
    view::EngagementView,
};
use crate::catalogue;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Cancel {
    #[serde(default = "other")]
    reason: CancelReason,
}

const fn other() -> CancelReason {
    CancelReason::Other
}

/// Cancels before the start; with less than a day's notice it counts as late. A need that it had filled is open again.
#[utoipa::path(
    operation_id = "cancel_engagement", tag = "engagement", request_body = Cancel,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = EngagementView), Problems), security(("bearer" = []))
)]
#[post("/engagements/{id}/cancel")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    key: IdempotencyKey,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(req): ApiJson<Cancel>,
) -> Result<HttpResponse, Problem> {
    cx.once(&me, &key, async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        let Locked { before, side, need } = change::lock_with_need(&mut tx, id, me.account).await?;
        let (after, facts) = before.engagement.clone().cancel(side, req.reason, now)?;
        change::write(&mut tx, Some(&before), &after, &facts, now).await?;
        if let Some(need) = need {
            catalogue::api::reopen_need(&mut tx, need, Actor::Account(me.account)).await?;
        }
        Reply::ok(&get::view(&mut tx, &regions, after, me.account, now).await?)
    })
    .await
}
