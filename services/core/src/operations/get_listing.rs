//! One listing, by its address: also when it rests or has ended.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    http::{ApiPath, MaybeCaller, Problem, Problems},
};
use regions::Regions;
use uuid::Uuid;

use super::show::show;
use crate::{
    catalogue::api::{NeedView, TalentView},
    listing::{ListingKind, ListingRef},
};

/// A talent. Everyone with its address sees it in every state.
#[utoipa::path(
    operation_id = "get_talent", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, body = TalentView), Problems), security((), ("bearer" = [])),
)]
#[get("/talents/{id}")]
pub(super) async fn talent(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    who: MaybeCaller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    get(&cx, &regions, who, ListingRef { kind: ListingKind::Talent, id }).await
}

/// A need. Everyone with its address sees it in every state; its owner also sees how many offers wait.
#[utoipa::path(
    operation_id = "get_need", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, body = NeedView), Problems), security((), ("bearer" = [])),
)]
#[get("/needs/{id}")]
pub(super) async fn need(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    who: MaybeCaller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    get(&cx, &regions, who, ListingRef { kind: ListingKind::Need, id }).await
}

async fn get(cx: &Ctx, regions: &Regions, who: MaybeCaller, of: ListingRef) -> Result<HttpResponse, Problem> {
    let c = cx.lookup().await?;
    let view = show(&c, regions, of, who.account(), cx.clock.now()).await?;
    Ok(HttpResponse::Ok().json(view))
}
