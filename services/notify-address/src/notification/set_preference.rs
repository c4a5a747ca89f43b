//! Switches a category on or off.

use actix_web::{HttpResponse, put, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    http::{ApiJson, ApiPath, Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{domain::Category, problem, store};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPreference {
    on: bool,
}

/// Switches a category on or off for notices to come. Security stays on.
#[utoipa::path(
    operation_id = "set_preference",
    tag = "preferences",
    params(("category" = Category, Path)),
    request_body = SetPreference,
    responses((status = 204), Problems),
    security(("bearer" = []))
)]
#[put("/preferences/{category}")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    me: Caller,
    category: ApiPath<Category>,
    req: ApiJson<SetPreference>,
) -> Result<HttpResponse, Problem> {
    if category.0.is_locked() {
        return if req.on { Ok(HttpResponse::NoContent().finish()) } else { Err(problem::locked()) };
    }
    cx.tx(async |mut tx: Tx<'_>| {
        store::lock_account(&mut tx, me.account).await?;
        store::set_preference(&mut tx, me.account, category.0, req.on).await?;
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
