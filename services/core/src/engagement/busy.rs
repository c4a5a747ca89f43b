//! A member's own taken times.

use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, TimeDelta, Utc};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiQuery, FieldError, Fields, Problem, Problems, problems::field::DATE_OUT_OF_RANGE},
    time,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::store;
use crate::problems::field;

/// The longest span that is asked for at once.
const MAX_DAYS: i64 = 60;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Span {
    from: DateTime<Utc>,
    /// At most 60 days behind `from`.
    to: DateTime<Utc>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BusyTime {
    engagement_id: Uuid,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BusyTimes {
    items: Vec<BusyTime>,
}

/// When the caller has plans, the soonest first. Nobody sees another's.
#[utoipa::path(
    operation_id = "list_busy_times", tag = "engagement", params(Span),
    responses((status = 200, body = BusyTimes), Problems), security(("bearer" = []))
)]
#[get("/busy")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    me: Caller,
    ApiQuery(span): ApiQuery<Span>,
) -> Result<HttpResponse, Problem> {
    let mut f = Fields::new();
    for (pointer, at) in [("/from", span.from), ("/to", span.to)] {
        if !time::is_plausible(at) {
            let years = json!({ "min": time::YEARS.start(), "max": time::YEARS.end() });
            f.refuse(pointer, FieldError::new(DATE_OUT_OF_RANGE, years));
        }
    }
    f.done()?;
    if span.to <= span.from || span.to - span.from > TimeDelta::days(MAX_DAYS) {
        return Err(Problem::field(
            "/to",
            FieldError::new(field::BUSY_SPAN, json!({ "max_days": MAX_DAYS })),
        ));
    }
    let mut c = cx.read().await?;
    let items = store::busy(&mut c, me.account, span.from, span.to).await?;
    let item = |(engagement_id, starts_at, ends_at)| BusyTime { engagement_id, starts_at, ends_at };
    Ok(HttpResponse::Ok().json(BusyTimes { items: items.into_iter().map(item).collect() }))
}
