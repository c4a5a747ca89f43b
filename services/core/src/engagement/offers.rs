//! The offers to a need, for its owner.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiPath, Problem, Problems},
};
use regions::Regions;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{rows::rows, store, view::EngagementRow};
use crate::{catalogue, listing::ListingKind};

#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Offers {
    items: Vec<EngagementRow>,
}

/// The open offers to the caller's own need that wait for an answer, the soonest to end first.
#[utoipa::path(
    operation_id = "list_offers", tag = "engagement", params(("id" = Uuid, Path)),
    responses((status = 200, body = Offers), Problems), security(("bearer" = []))
)]
#[get("/needs/{id}/offers")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    let mut c = cx.read().await?;
    let owner = catalogue::api::owner(&mut c, ListingKind::Need, id).await?;
    if owner != Some(me.account) {
        return Err(Problem::not_found());
    }
    let saved = store::offers(&mut c, id, me.account).await?;
    let items = rows(&mut c, &regions, me.account, saved, cx.clock.now()).await?;
    Ok(HttpResponse::Ok().json(Offers { items }))
}
