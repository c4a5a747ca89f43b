//! Answering a proposal with other terms.

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

use super::{change::carry_out, terms::TermsInput, view::EngagementView};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Counter {
    /// The terms that the caller has read.
    terms_version: i32,
    terms: TermsInput,
}

/// Proposes other terms; the turn passes to the other, whose time to answer starts again.
#[utoipa::path(
    operation_id = "counter_engagement", tag = "engagement", request_body = Counter,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = EngagementView), Problems), security(("bearer" = []))
)]
#[post("/engagements/{id}/counter")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    key: IdempotencyKey,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(req): ApiJson<Counter>,
) -> Result<HttpResponse, Problem> {
    let terms = req.terms.parse()?;
    carry_out(&cx, &regions, &me, &key, id, |e, side, now| {
        e.counter(side, req.terms_version, terms.clone(), now)
    })
    .await
}
