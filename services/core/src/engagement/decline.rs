//! Saying no to a proposal.

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

use super::{change::carry_out, domain::DeclineReason, view::EngagementView};

/// Why not. A need that found someone else or was closed is the product's reason, never a person's.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeclineReason)]
pub(super) enum Reason {
    Time,
    Place,
    Content,
    Busy,
    #[default]
    Other,
}

impl From<Reason> for DeclineReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Time => Self::Time,
            Reason::Place => Self::Place,
            Reason::Content => Self::Content,
            Reason::Busy => Self::Busy,
            Reason::Other => Self::Other,
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Decline {
    #[serde(default)]
    reason: Reason,
}

/// Says no; the awaited side alone does.
#[utoipa::path(
    operation_id = "decline_engagement", tag = "engagement", request_body = Decline,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = EngagementView), Problems), security(("bearer" = []))
)]
#[post("/engagements/{id}/decline")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    key: IdempotencyKey,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(req): ApiJson<Decline>,
) -> Result<HttpResponse, Problem> {
    carry_out(&cx, &regions, &me, &key, id, |e, side, now| e.decline(side.into(), req.reason.into(), now))
        .await
}
