//! Changing what a listing says. Agreements keep the words they were made with.

use actix_web::{HttpResponse, patch, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::Actor,
    http::{ApiJson, ApiPath, Problem, Problems},
};
use regions::Regions;
use uuid::Uuid;

use super::{
    content::EditListing,
    domain::{Act, Kind},
    event, store,
    view::{NeedView, TalentView, View},
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
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(req): ApiJson<EditListing>,
) -> Result<HttpResponse, Problem> {
    edit(&cx, &regions, me, Kind::Talent, id, &req).await
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
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(req): ApiJson<EditListing>,
) -> Result<HttpResponse, Problem> {
    edit(&cx, &regions, me, Kind::Need, id, &req).await
}

async fn edit(
    cx: &Ctx,
    regions: &Regions,
    me: Caller,
    kind: Kind,
    id: Uuid,
    req: &EditListing,
) -> Result<HttpResponse, Problem> {
    let edit = req.read(regions)?;
    let view = cx
        .tx(async |mut tx: Tx<'_>| {
            let now = tx.clock().now();
            let listing =
                store::lock(&mut tx, kind, id).await?.ok_or_else(Problem::not_found)?.of(me.account)?;
            let before = listing.content.clone();
            let (content, dong) = edit.apply(before.clone(), regions)?;
            let revised = listing.clone().revise(content, req.revision, now)?;
            if revised.content == before {
                return View::of(&mut tx, regions, listing, Some(me.account), now).await;
            }
            store::save(&mut tx, &revised, &dong).await?;
            event::say(&mut tx, Actor::Account(me.account), &revised, Act::Revised).await?;
            View::of(&mut tx, regions, revised, Some(me.account), now).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
