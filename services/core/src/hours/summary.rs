//! What a member gave and received.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{Problem, Problems},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::membership::{self, api::Tally};

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HoursSummary {
    given: Tally,
    received: Tally,
}

/// What the caller gave and received so far, as it is on record.
#[utoipa::path(
    operation_id = "get_hours_summary", tag = "hours",
    responses((status = 200, body = HoursSummary), Problems), security(("bearer" = []))
)]
#[get("/hours/summary")]
pub(super) async fn handle(cx: Data<Ctx>, me: Caller) -> Result<HttpResponse, Problem> {
    let c = cx.lookup().await?;
    let (given, received) = membership::api::tallies(&c, me.account).await?;
    Ok(HttpResponse::Ok().json(HoursSummary { given, received }))
}
