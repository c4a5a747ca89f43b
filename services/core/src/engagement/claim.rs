//! Saying what happened.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiJson, ApiPath, FieldError, IdempotencyKey, Problem, Problems},
};
use regions::Regions;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    change::carry_out,
    domain::{ActualMinutes, Claim},
    problem::out_of_range,
    view::{ClaimKind, EngagementView},
};
use crate::problems::field;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SayWhatHappened {
    claim: ClaimKind,
    /// How long it was; with `took_place`, and only with it.
    #[schema(minimum = 1, maximum = 480)]
    minutes: Option<i32>,
}

impl SayWhatHappened {
    fn parse(&self) -> Result<Claim, Problem> {
        let refused = |error| Problem::field("/minutes", error);
        match (self.claim, self.minutes) {
            (ClaimKind::TookPlace, Some(minutes)) => {
                let minutes = ActualMinutes::parse(minutes).map_err(|e| refused(out_of_range(e)))?;
                Ok(Claim::TookPlace { minutes })
            }
            (ClaimKind::TookPlace, None) => Err(refused(FieldError::plain(field::MINUTES_REQUIRED))),
            (_, Some(_)) => Err(refused(FieldError::plain(field::MINUTES_NOT_EXPECTED))),
            (ClaimKind::DidNotTakePlace, None) => Ok(Claim::DidNotTakePlace),
            (ClaimKind::OtherAbsent, None) => Ok(Claim::OtherAbsent),
            (ClaimKind::IAbsent, None) => Ok(Claim::IAbsent),
        }
    }
}

/// Says what happened, once, from the end of the session on. The other learns that, never what, until it has answered
/// too.
#[utoipa::path(
    operation_id = "claim_outcome", tag = "engagement", request_body = SayWhatHappened,
    params(("id" = Uuid, Path), ("Idempotency-Key" = String, Header)),
    responses((status = 200, body = EngagementView), Problems), security(("bearer" = []))
)]
#[post("/engagements/{id}/claim")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    key: IdempotencyKey,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(req): ApiJson<SayWhatHappened>,
) -> Result<HttpResponse, Problem> {
    let claim = req.parse()?;
    carry_out(&cx, &regions, &me, &key, id, |e, side, now| e.claim(side, claim, now)).await
}
