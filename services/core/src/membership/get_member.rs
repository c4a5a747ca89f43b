//! A neighbour's profile.

use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    http::{ApiPath, MaybeCaller, Problem, Problems},
};
use futures_util::future::try_join;
use regions::Regions;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::store;
use crate::region::RegionView;

/// What everybody may see of a member. The place is their 동, never closer.
#[derive(Debug, Serialize, ToSchema)]
struct MemberView {
    id: Uuid,
    /// `null`: the profile is not complete, or the member is gone.
    #[schema(required)]
    name: Option<String>,
    bio: String,
    #[schema(required)]
    region: Option<RegionView>,
    languages: Vec<String>,
    given_count: i32,
    joined_at: DateTime<Utc>,
    gone: bool,
}

/// A member's public profile.
#[utoipa::path(
    operation_id = "get_member", tag = "membership", params(("id" = Uuid, Path)),
    responses((status = 200, body = MemberView), Problems), security((), ("bearer" = [])),
)]
#[get("/members/{id}")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    _who: MaybeCaller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    let c = cx.lookup().await?;
    let (profile, totals) = try_join(store::find(&c, id), store::totals(&c, id)).await?;
    let profile = profile.ok_or_else(Problem::not_found)?;
    let shown = profile.is_complete() && !profile.gone;
    Ok(HttpResponse::Ok().json(MemberView {
        id,
        name: profile.name.filter(|_| shown),
        bio: if shown { profile.bio } else { String::new() },
        region: profile.region_code.filter(|_| shown).map(|code| RegionView::of(&regions, &code)),
        languages: if shown { profile.languages } else { Vec::new() },
        given_count: totals.given.count,
        joined_at: profile.joined_at,
        gone: profile.gone,
    }))
}
