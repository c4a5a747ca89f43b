//! Giving a listing another term.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiPath, Problem, Problems},
};
use regions::Regions;
use uuid::Uuid;

use super::command::carry_out;
use crate::{
    budget::Budgets,
    catalogue::api::{Command, NeedView, TalentView},
    listing::{ListingKind, ListingRef},
};

/// Lets a talent stand for another 180 days, from now, also after its end.
#[utoipa::path(
    operation_id = "renew_talent", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, body = TalentView), Problems), security(("bearer" = [])),
)]
#[post("/talents/{id}/renew")]
pub(super) async fn talent(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    carry_out(&cx, &regions, **budgets, me, ListingRef { kind: ListingKind::Talent, id }, Command::Renew)
        .await
}

/// Lets a need stand for another 14 days, from now, also after its end.
#[utoipa::path(
    operation_id = "renew_need", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, body = NeedView), Problems), security(("bearer" = [])),
)]
#[post("/needs/{id}/renew")]
pub(super) async fn need(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    carry_out(&cx, &regions, **budgets, me, ListingRef { kind: ListingKind::Need, id }, Command::Renew).await
}
