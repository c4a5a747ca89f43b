//! Agreeing that nobody was at fault.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiPath, IdempotencyKey, Problem, Problems},
};
use regions::Regions;
use uuid::Uuid;

use super::{change::carry_out, domain::Engagement, view::EngagementView};

/// The one who reported the other absent agrees that nobody was at fault.
#[utoipa::path(
    operation_id = "agree_did_not_take_place", tag = "engagement",
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = EngagementView), Problems), security(("bearer" = []))
)]
#[post("/engagements/{id}/agree-did-not-take-place")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    key: IdempotencyKey,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    carry_out(&cx, &regions, &me, &key, id, Engagement::agree_did_not_take_place).await
}
