//! `DELETE /pending`

use actix_web::{HttpResponse, delete};
use common::http::{Problem, Problems, SameOrigin};

use super::api;

/// Forgets the sign-up that waits in this browser. There is nothing else to forget.
#[utoipa::path(operation_id = "cancel_pending_sign_up", tag = "pending",
    responses((status = 204, description = "Forgotten"), Problems))]
#[delete("/pending")]
pub(super) async fn handle(_: SameOrigin) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::NoContent().cookie(api::forget()).finish())
}
