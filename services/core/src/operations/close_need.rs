//! Ending a need: it closes in the catalogue, and the offers to it are declined.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    http::{ApiPath, Problem, Problems},
};
use regions::Regions;
use uuid::Uuid;

use super::show::show_own;
use crate::{
    budget::Budgets,
    catalogue::{
        self,
        api::{Command, NeedView},
    },
    engagement,
    listing::{ListingKind, ListingRef},
};

/// Ends a need for good; everyone who had offered to help is notified.
#[utoipa::path(
    operation_id = "close_need", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, body = NeedView), Problems), security(("bearer" = [])),
)]
#[post("/needs/{id}/close")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    let need = ListingRef { kind: ListingKind::Need, id };
    let view = cx
        .tx(async |mut tx: Tx<'_>| {
            let now = tx.clock().now();
            // The need first: it stays locked while its offers are declined.
            let closed =
                catalogue::api::carry_out(&mut tx, **budgets, me.account, need, Command::Close).await?;
            engagement::api::need_closed(&mut tx, id).await?;
            show_own(&tx, &regions, closed, now).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(view))
}
