//! `POST /webhooks/naver/unlinked`

use actix_web::{
    HttpResponse, post,
    web::{Bytes, Data},
};
use common::{
    Ctx,
    http::{Problem, Problems},
};

use super::hear;
use crate::provider::{Disconnect, Provider, Providers};

/// Naver tells that somebody has disconnected, in a form that it signs with a key from our client secret.
#[utoipa::path(operation_id = "naver_unlinked", tag = "webhook",
    request_body(content = Disconnect, content_type = "application/x-www-form-urlencoded"),
    responses((status = 204, description = "Heard"), Problems),
    extensions(("x-no-screen" = json!("Naver asks"))))]
#[post("/webhooks/naver/unlinked")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    providers: Data<Providers>,
    form: Bytes,
) -> Result<HttpResponse, Problem> {
    let client = hear::client(&providers, Provider::Naver)?;
    let told = client.read_disconnect(&hear::form::<Disconnect>(&form)?).ok_or_else(hear::unbelievable)?;
    hear::unlink(&cx, &providers, client, &told).await?;
    Ok(HttpResponse::NoContent().finish())
}
