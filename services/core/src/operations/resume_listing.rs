//! Bringing a resting listing back.

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

/// Brings a resting talent back.
#[utoipa::path(
    operation_id = "resume_talent", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, body = TalentView), Problems), security(("bearer" = [])),
)]
#[post("/talents/{id}/resume")]
pub(super) async fn talent(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    carry_out(&cx, &regions, **budgets, me, ListingRef { kind: ListingKind::Talent, id }, Command::Resume)
        .await
}

/// Brings a resting need back.
#[utoipa::path(
    operation_id = "resume_need", tag = "catalogue", params(("id" = Uuid, Path)),
    responses((status = 200, body = NeedView), Problems), security(("bearer" = [])),
)]
#[post("/needs/{id}/resume")]
pub(super) async fn need(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    budgets: Data<Budgets>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    carry_out(&cx, &regions, **budgets, me, ListingRef { kind: ListingKind::Need, id }, Command::Resume).await
}
