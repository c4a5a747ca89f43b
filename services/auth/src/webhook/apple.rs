//! `POST /webhooks/apple/events`

use actix_web::{
    HttpResponse, post,
    web::{Bytes, Data},
};
use common::{
    Ctx,
    http::{Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::hear;
use crate::provider::{Provider, Providers};

/// What Apple posts.
#[derive(Deserialize, ToSchema)]
pub struct AppleMessage {
    /// A token that it signs.
    payload: String,
}

/// Apple tells that somebody has taken their consent back, has deleted their account there, or has mails forwarded or not any more
/// (which changes nothing: a mail that comes back tells it). Operators in Korea must take it.
#[utoipa::path(operation_id = "apple_event", tag = "webhook",
    request_body(content = AppleMessage, content_type = "application/json"),
    responses((status = 200, description = "Heard"), Problems),
    extensions(("x-no-screen" = json!("Apple asks"))))]
#[post("/webhooks/apple/events")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    providers: Data<Providers>,
    message: Bytes,
) -> Result<HttpResponse, Problem> {
    let client = hear::client(&providers, Provider::Apple)?;
    let message: AppleMessage =
        serde_json::from_slice(&message).map_err(|_unreadable| hear::unbelievable())?;
    hear::hear_signed(&cx, &providers, client, &message.payload).await?;
    Ok(HttpResponse::Ok().finish())
}
