//! `POST /account/leaving`

use actix_web::{HttpResponse, post, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    http::{ApiJson, Problem, Problems},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{api, proof};
use crate::{
    device_session::{self, clear_cookie},
    issuer::Issuer,
    throttle::Throttle,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Leave {
    /// Whoever has just logged in, or proved who they are at a provider, needs none.
    password: Option<String>,
}

/// An account that is to be erased.
#[derive(Serialize, ToSchema)]
pub struct LeavingView {
    /// Until then whoever logs in may keep it.
    erase_at: DateTime<Utc>,
}

/// Asks for the account to be erased: in fourteen days, and until then it can be kept. The person is gone for others at once, and
/// logged out everywhere. Asking again changes nothing.
#[utoipa::path(operation_id = "leave", tag = "leaving", request_body = Leave,
    responses((status = 202, body = LeavingView, description = "Logged out everywhere; takes the refresh cookie away"), Problems),
    security(("bearer" = [])))]
#[post("/account/leaving")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    limits: Data<Throttle>,
    me: Caller,
    ApiJson(req): ApiJson<Leave>,
) -> Result<HttpResponse, Problem> {
    proof::require(&cx, &**issuer, &limits, &me, req.password.as_deref()).await?;
    let erase_at = cx
        .tx(async |mut tx: Tx<'_>| {
            let now = tx.clock().now();
            device_session::require_live(&mut tx, &me, now).await?;
            api::schedule(&mut tx, me.account).await
        })
        .await?;
    Ok(HttpResponse::Accepted().cookie(clear_cookie()).json(LeavingView { erase_at }))
}
