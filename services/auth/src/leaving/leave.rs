//! `POST /account/leaving`

use actix_web::{HttpResponse, post, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    db::Tx,
    http::{Problem, Problems},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::api;
use crate::{
    device_session::{self, clear_cookie},
    gate::Member,
};

/// An account that is to be erased.
#[derive(Serialize, ToSchema)]
pub struct LeavingView {
    /// Until then whoever logs in may keep it.
    erase_at: DateTime<Utc>,
}

/// Asks for the account to be erased: in fourteen days, and until then it can be kept. The person is gone for others at once, and
/// logged out everywhere. Asking again changes nothing. Whoever asks has proved within the last five minutes who they are.
#[utoipa::path(operation_id = "leave", tag = "leaving",
    responses((status = 202, body = LeavingView, description = "Logged out everywhere; takes the refresh cookie away"), Problems),
    security(("bearer" = [])))]
#[post("/account/leaving")]
pub(super) async fn handle(cx: Data<Ctx>, Member(me): Member) -> Result<HttpResponse, Problem> {
    let erase_at = cx
        .tx(async |mut tx: Tx<'_>| {
            let now = tx.clock().now();
            device_session::require_proved(&mut tx, &me, now).await?;
            api::schedule(&mut tx, me.account).await
        })
        .await?;
    Ok(HttpResponse::Accepted().cookie(clear_cookie()).json(LeavingView { erase_at }))
}
