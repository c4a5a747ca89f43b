//! The caller's own listings, in every state.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiQuery, Page, PageQuery, Problem, Problems},
};
use regions::Regions;

use super::{
    page::{self, Shown},
    view::ListingRow,
};
use crate::listing::ListingKind;

/// The caller's talents, newest first, in every state.
#[utoipa::path(
    operation_id = "list_my_talents", tag = "catalogue", params(PageQuery),
    responses((status = 200, body = Page<ListingRow>), Problems), security(("bearer" = [])),
)]
#[get("/me/talents")]
pub(super) async fn talents(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<HttpResponse, Problem> {
    page::of_member(&cx, &regions, me.account, ListingKind::Talent, Shown::All, &page).await
}

/// The caller's needs, newest first, in every state.
#[utoipa::path(
    operation_id = "list_my_needs", tag = "catalogue", params(PageQuery),
    responses((status = 200, body = Page<ListingRow>), Problems), security(("bearer" = [])),
)]
#[get("/me/needs")]
pub(super) async fn needs(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    ApiQuery(page): ApiQuery<PageQuery>,
) -> Result<HttpResponse, Problem> {
    page::of_member(&cx, &regions, me.account, ListingKind::Need, Shown::All, &page).await
}
