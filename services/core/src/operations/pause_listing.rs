//! Letting a listing rest.

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

/// Lets a talent rest: searches do not find it, nobody can propose on it.
#[utoipa::path(
    operation_id = "pause_talent", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, body = TalentView), Problems), security(("bearer" = [])),
)]
#[post("/talents/{id}/pause")]
pub(super) async fn talent(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    carry_out(&cx, &regions, **budgets, me, ListingRef { kind: ListingKind::Talent, id }, Command::Pause)
        .await
}

/// Lets a need rest: searches do not find it, nobody can offer to help.
#[utoipa::path(
    operation_id = "pause_need", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, body = NeedView), Problems), security(("bearer" = [])),
)]
#[post("/needs/{id}/pause")]
pub(super) async fn need(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    carry_out(&cx, &regions, **budgets, me, ListingRef { kind: ListingKind::Need, id }, Command::Pause).await
}
