//! Taking a proposal back.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiPath, IdempotencyKey, Problem, Problems},
};
use regions::Regions;
use uuid::Uuid;

use super::{change::carry_out, domain::Engagement, view::EngagementView};

/// Takes the own proposal back while the other has not answered.
#[utoipa::path(
    operation_id = "withdraw_engagement", tag = "engagement",
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = EngagementView), Problems), security(("bearer" = []))
)]
#[post("/engagements/{id}/withdraw")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    key: IdempotencyKey,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    carry_out(&cx, &regions, &me, &key, id, Engagement::withdraw).await
}
