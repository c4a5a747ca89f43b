//! The one adjust round, when two remember different minutes.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiJson, ApiPath, IdempotencyKey, Problem, Problems},
};
use regions::Regions;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{change::carry_out, domain::ActualMinutes, problem::out_of_range, view::EngagementView};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Adjust {
    /// Between what the two said.
    #[schema(minimum = 1, maximum = 480)]
    minutes: i32,
}

/// Restates the own minutes, once, between what the two said.
#[utoipa::path(
    operation_id = "adjust_minutes", tag = "engagement", request_body = Adjust,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = EngagementView), Problems), security(("bearer" = []))
)]
#[post("/engagements/{id}/adjust")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    key: IdempotencyKey,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(req): ApiJson<Adjust>,
) -> Result<HttpResponse, Problem> {
    let minutes =
        ActualMinutes::parse(req.minutes).map_err(|e| Problem::field("/minutes", out_of_range(e)))?;
    carry_out(&cx, &regions, &me, &key, id, |e, side, now| e.adjust(side, minutes, now)).await
}
