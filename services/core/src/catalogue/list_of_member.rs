//! Somebody's listings, as everybody sees them: only those that stand open.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    http::{ApiPath, ApiQuery, MaybeCaller, Page, PageQuery, Problem, Problems},
};
use regions::Regions;
use uuid::Uuid;

use super::{
    page::{self, Shown},
    view::ListingRow,
};
use crate::listing::ListingKind;

/// A member's published talents, newest first.
#[utoipa::path(
    operation_id = "list_talents_of_member", tag = "catalogue", params(("id" = Uuid, Path), PageQuery),
    responses((status = 200, body = Page<ListingRow>), Problems), security((), ("bearer" = [])),
)]
#[get("/members/{id}/talents")]
pub(super) async fn talents(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    _who: MaybeCaller,
    ApiPath(id): ApiPath<Uuid>,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<HttpResponse, Problem> {
    page::of_member(&cx, &regions, id, ListingKind::Talent, Shown::Open, &page).await
}

/// A member's open needs, newest first.
#[utoipa::path(
    operation_id = "list_needs_of_member", tag = "catalogue", params(("id" = Uuid, Path), PageQuery),
    responses((status = 200, body = Page<ListingRow>), Problems), security((), ("bearer" = [])),
)]
#[get("/members/{id}/needs")]
pub(super) async fn needs(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    _who: MaybeCaller,
    ApiPath(id): ApiPath<Uuid>,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<HttpResponse, Problem> {
    page::of_member(&cx, &regions, id, ListingKind::Need, Shown::Open, &page).await
}
