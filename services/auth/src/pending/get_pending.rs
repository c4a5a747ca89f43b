//! `GET /pending`

use actix_web::{HttpRequest, HttpResponse, get, web::Data};
use common::{
    Ctx,
    http::{Problem, Problems},
};

use super::api::{self, PendingSignUps, PendingView};

/// The sign-up through a provider that waits in this browser, for the screen that asks for age and consent.
#[utoipa::path(operation_id = "get_pending_sign_up", tag = "pending",
    params(("__Secure-dojob_pending" = Option<String>, Cookie, description = "The sealed proof of the provider")),
    responses((status = 200, body = PendingView), Problems))]
#[get("/pending")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    sign_ups: Data<PendingSignUps>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let pending = sign_ups.of(&request, cx.clock.now())?;
    let view = api::view(&mut *cx.read().await?, &pending).await?;
    Ok(HttpResponse::Ok().json(view))
}
