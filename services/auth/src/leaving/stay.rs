//! `DELETE /account/leaving`

use actix_web::{HttpResponse, delete, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{Problem, Problems},
};

use super::api;
use crate::{device_session, gate::Member};

/// Keeps the account. Others see the person again; listings rest until their owner publishes them anew, and engagements that have
/// ended stay so. One that was never to be erased stays as it is.
#[utoipa::path(operation_id = "stay", tag = "leaving",
    responses((status = 204, description = "The account stays"), Problems), security(("bearer" = [])))]
#[delete("/account/leaving")]
pub(super) async fn handle(cx: Data<Ctx>, Member(me): Member) -> Result<HttpResponse, Problem> {
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        device_session::require_live(&mut tx, &me, now).await?;
        api::cancel(&mut tx, me.account).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
