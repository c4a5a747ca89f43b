//! `GET` and `POST /webhooks/kakao/unlinked`, `POST /webhooks/kakao/events`

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    post,
    web::{Bytes, Data},
};
use common::{
    Ctx,
    http::{ApiQuery, Problem, Problems},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::hear;
use crate::provider::{Provider, Providers, Told};

/// Who has disconnected. Kakao sends more; it is not looked at.
#[derive(Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = KakaoUnlinked)]
pub struct Unlinked {
    /// Who it is there.
    user_id: Option<String>,
    /// `ACCOUNT_DELETE`, `FORCED_ACCOUNT_DELETE`, `UNLINK_FROM_ADMIN`, `UNLINK_FROM_APPS` or `INCOMPLETE_SIGN_UP`: all the same here.
    referrer_type: Option<String>,
}

/// Kakao tells that somebody has disconnected. The admin key in the header is its whole proof. Who is not known here is answered the
/// same.
#[utoipa::path(operation_id = "kakao_unlinked", tag = "webhook", params(Unlinked),
    responses((status = 200, description = "Heard"), Problems),
    extensions(("x-no-screen" = json!("Kakao asks"))))]
#[get("/webhooks/kakao/unlinked")]
pub(super) async fn by_address(
    cx: Data<Ctx>,
    providers: Data<Providers>,
    request: HttpRequest,
    ApiQuery(unlinked): ApiQuery<Unlinked>,
) -> Result<HttpResponse, Problem> {
    answer(&cx, &providers, &request, || Ok(unlinked)).await
}

/// The same where the console says `POST`.
#[utoipa::path(operation_id = "kakao_unlinked_form", tag = "webhook",
    request_body(content = Unlinked, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Heard"), Problems),
    extensions(("x-no-screen" = json!("Kakao asks"))))]
#[post("/webhooks/kakao/unlinked")]
pub(super) async fn by_form(
    cx: Data<Ctx>,
    providers: Data<Providers>,
    request: HttpRequest,
    form: Bytes,
) -> Result<HttpResponse, Problem> {
    answer(&cx, &providers, &request, || hear::form(&form)).await
}

async fn answer(
    cx: &Ctx,
    providers: &Providers,
    request: &HttpRequest,
    unlinked: impl FnOnce() -> Result<Unlinked, Problem>,
) -> Result<HttpResponse, Problem> {
    let client = hear::client(providers, Provider::Kakao)?;
    let authorization = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    if !client.knows_admin_key(authorization.unwrap_or_default()) {
        return Err(hear::unbelievable());
    }
    let Unlinked { user_id, referrer_type } = unlinked()?;
    let subject = user_id.ok_or_else(hear::unbelievable)?;
    tracing::info!(referrer_type, "Kakao says that somebody has disconnected");
    hear::unlink(cx, providers, client, &Told { subject, at: cx.clock.now() }).await?;
    Ok(HttpResponse::Ok().finish())
}

/// Kakao tells that the state of somebody's account has changed: a security event token (RFC 8417), signed with the keys that sign
/// its `id_tokens`. Only that somebody has disconnected is of consequence here.
#[utoipa::path(operation_id = "kakao_event", tag = "webhook",
    request_body(content = String, content_type = "application/secevent+jwt"),
    responses((status = 202, description = "Heard"), Problems),
    extensions(("x-no-screen" = json!("Kakao asks"))))]
#[post("/webhooks/kakao/events")]
pub(super) async fn signed(
    cx: Data<Ctx>,
    providers: Data<Providers>,
    token: Bytes,
) -> Result<HttpResponse, Problem> {
    let client = hear::client(&providers, Provider::Kakao)?;
    let token = std::str::from_utf8(&token).map_err(|_no_text| hear::unbelievable())?;
    hear::hear_signed(&cx, &providers, client, token).await?;
    Ok(HttpResponse::Accepted().finish())
}
