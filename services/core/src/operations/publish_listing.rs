//! Publishing a talent, opening a need.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    http::{ApiJson, IdempotencyKey, Problem, Problems, Reply},
};
use regions::Regions;

use super::show::show_own;
use crate::{
    budget::Budgets,
    catalogue::{
        self,
        api::{NeedView, OpenNeed, Publication, PublishTalent, TalentView},
    },
};

/// Publishes a talent. It stands for 180 days; a complete member may keep fifty.
#[utoipa::path(
    operation_id = "publish_talent", tag = "catalogue", request_body = PublishTalent,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = TalentView), Problems), security(("bearer" = [])),
)]
#[post("/talents")]
pub(super) async fn talent(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    key: IdempotencyKey,
    ApiJson(req): ApiJson<PublishTalent>,
) -> Result<HttpResponse, Problem> {
    publish(&cx, &regions, **budgets, &me, &key, &req.read(&regions)?).await
}

/// Opens a need. It stands for 14 days unless it says otherwise, and takes one person.
#[utoipa::path(
    operation_id = "open_need", tag = "catalogue", request_body = OpenNeed,
    params(("Idempotency-Key" = String, Header)),
    responses((status = 201, body = NeedView), Problems), security(("bearer" = [])),
)]
#[post("/needs")]
pub(super) async fn need(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    key: IdempotencyKey,
    ApiJson(req): ApiJson<OpenNeed>,
) -> Result<HttpResponse, Problem> {
    publish(&cx, &regions, **budgets, &me, &key, &req.read(&regions)?).await
}

async fn publish(
    cx: &Ctx,
    regions: &Regions,
    budgets: Budgets,
    me: &Caller,
    key: &IdempotencyKey,
    publication: &Publication,
) -> Result<HttpResponse, Problem> {
    cx.once(me, key, async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        let listing = catalogue::api::publish(&mut tx, budgets, me.account, publication).await?;
        let location = format!("/api/core/{}s/{}", listing.kind.as_str(), listing.id);
        let view = show_own(&tx, regions, listing, now).await?;
        Reply::created(location, &view)
    })
    .await
}
