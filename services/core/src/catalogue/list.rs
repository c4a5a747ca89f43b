//! Somebody's listings: one's own in every state, others' only where they stand open.

use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiPath, ApiQuery, MaybeCaller, Page, PageQuery, Problem, Problems},
};
use regions::Regions;
use uuid::Uuid;

use super::{
    domain::{Kind, Listing},
    store,
    view::{Row, RowParts},
};
use crate::membership;

/// The caller's talents, newest first, in every state.
#[utoipa::path(
    operation_id = "list_my_talents", tag = "catalogue", params(PageQuery),
    responses((status = 200, body = Page<Row>), Problems), security(("bearer" = [])),
)]
#[get("/me/talents")]
pub(super) async fn my_talents(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<HttpResponse, Problem> {
    list(&cx, &regions, me.account, Kind::Talent, true, &page).await
}

/// The caller's needs, newest first, in every state.
#[utoipa::path(
    operation_id = "list_my_needs", tag = "catalogue", params(PageQuery),
    responses((status = 200, body = Page<Row>), Problems), security(("bearer" = [])),
)]
#[get("/me/needs")]
pub(super) async fn my_needs(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<HttpResponse, Problem> {
    list(&cx, &regions, me.account, Kind::Need, true, &page).await
}

/// A member's published talents, newest first.
#[utoipa::path(
    operation_id = "list_talents_of_member", tag = "catalogue", params(("id" = Uuid, Path), PageQuery),
    responses((status = 200, body = Page<Row>), Problems), security((), ("bearer" = [])),
)]
#[get("/members/{id}/talents")]
pub(super) async fn members_talents(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    _who: MaybeCaller,
    ApiPath(id): ApiPath<Uuid>,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<HttpResponse, Problem> {
    list(&cx, &regions, id, Kind::Talent, false, &page).await
}

/// A member's open needs, newest first.
#[utoipa::path(
    operation_id = "list_needs_of_member", tag = "catalogue", params(("id" = Uuid, Path), PageQuery),
    responses((status = 200, body = Page<Row>), Problems), security((), ("bearer" = [])),
)]
#[get("/members/{id}/needs")]
pub(super) async fn members_needs(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    _who: MaybeCaller,
    ApiPath(id): ApiPath<Uuid>,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<HttpResponse, Problem> {
    list(&cx, &regions, id, Kind::Need, false, &page).await
}

async fn list(
    cx: &Ctx,
    regions: &Regions,
    owner: Uuid,
    kind: Kind,
    own: bool,
    page: &PageQuery,
) -> Result<HttpResponse, Problem> {
    let limit = page.limit()?;
    let after = page.after::<(DateTime<Utc>, Uuid)>()?;
    let now = cx.clock.now();
    let mut c = cx.read().await?;
    let surplus = i64::try_from(limit + 1).unwrap_or(101);
    let listings = store::list_of_member(&mut c, owner, kind, (!own).then_some(now), after, surplus).await?;
    let card = membership::api::card(&mut c, regions, owner).await?;
    let row = |l: Listing| {
        let state = l.standing(now);
        let parts = RowParts {
            id: l.id,
            kind,
            title: l.content.title,
            minutes: l.content.minutes,
            mode: l.content.mode,
            region_code: l.content.region_code,
            times: l.content.times,
            state,
        };
        Row::of(parts, card.clone(), regions)
    };
    Ok(HttpResponse::Ok().json(Page::of(listings, limit, |l| (l.published_at, l.id), row)))
}
