//! Changing what a listing says. Agreements keep the words they were made with.

use actix_web::{HttpResponse, patch, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    http::{ApiJson, ApiPath, Problem, Problems},
};
use regions::Regions;
use uuid::Uuid;

use super::show::show_own;
use crate::{
    budget::Budgets,
    catalogue::{
        self,
        api::{EditListing, NeedView, TalentView},
    },
    listing::{ListingKind, ListingRef},
};

/// Changes a talent, unless it was changed since the editor saw it.
#[utoipa::path(
    operation_id = "edit_talent", tag = "catalogue", request_body = EditListing, params(("id" = Uuid, Path)),
    responses((status = 200, body = TalentView), Problems), security(("bearer" = [])),
)]
#[patch("/talents/{id}")]
pub(super) async fn talent(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(req): ApiJson<EditListing>,
) -> Result<HttpResponse, Problem> {
    edit(&cx, &regions, **budgets, me, ListingRef { kind: ListingKind::Talent, id }, &req).await
}

/// Changes a need, unless it was changed since the editor saw it, or is filled or closed.
#[utoipa::path(
    operation_id = "edit_need", tag = "catalogue", request_body = EditListing, params(("id" = Uuid, Path)),
    responses((status = 200, body = NeedView), Problems), security(("bearer" = [])),
)]
#[patch("/needs/{id}")]
pub(super) async fn need(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(req): ApiJson<EditListing>,
) -> Result<HttpResponse, Problem> {
    edit(&cx, &regions, **budgets, me, ListingRef { kind: ListingKind::Need, id }, &req).await
}

async fn edit(
    cx: &Ctx,
    regions: &Regions,
    budgets: Budgets,
    me: Caller,
    of: ListingRef,
    req: &EditListing,
) -> Result<HttpResponse, Problem> {
    let edit = req.read(regions)?;
    let view = cx
        .tx(async |mut tx: Tx<'_>| {
            let now = tx.clock().now();
            let listing = catalogue::api::edit(&mut tx, regions, budgets, me.account, of, &edit).await?;
            show_own(&tx, regions, listing, now).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
