//! One engagement, for its two parties.

use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiPath, Problem, Problems},
};
use diesel_async::AsyncPgConnection;
use regions::Regions;
use uuid::Uuid;

use super::{
    domain::{Engagement, State},
    facts::{StoredFact, numbered},
    store,
    view::{EngagementView, Viewer},
};
use crate::membership;

/// An agreement as the caller sees it; only its two parties do.
#[utoipa::path(
    operation_id = "get_engagement", tag = "engagement", params(("id" = Uuid, Path)),
    responses((status = 200, body = EngagementView), Problems), security(("bearer" = []))
)]
#[get("/engagements/{id}")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    let mut c = cx.read().await?;
    let saved = store::find(&mut c, id).await?.ok_or_else(Problem::not_found)?;
    let view = view(&mut c, &regions, saved.engagement, me.account, cx.clock.now()).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Reads what belongs to it. If the clock is late, it is shown as it will stand in a moment.
pub(super) async fn view(
    c: &mut AsyncPgConnection,
    regions: &Regions,
    saved: Engagement,
    me: Uuid,
    now: DateTime<Utc>,
) -> Result<EngagementView, Problem> {
    let side = saved.side_of(me)?;
    let (e, due) = saved.tick(now);
    let mut facts = store::facts(c, e.id).await?;
    let known = facts.last().map_or(0, |last| last.sequence);
    facts.extend(numbered(known, &due).map(|(sequence, fact)| StoredFact::of(sequence, fact)));
    let versions = store::versions(c, e.id).await?;
    let overlap = match e.state {
        State::Proposed { .. } => !store::busy(c, me, e.terms.starts_at, e.terms.ends_at()).await?.is_empty(),
        _ => false,
    };
    let other = membership::api::card(c, regions, e.party(side.other())).await?;
    Ok(Viewer { e: &e, me: side, now }.view(other, &versions, facts, overlap))
}
