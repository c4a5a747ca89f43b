//! `POST /logout-all`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{Problem, Problems},
};

use super::{api, cookie, domain::Cause};
use crate::gate::Member;

/// Logs every device of the caller out, this one too.
#[utoipa::path(operation_id = "log_out_all", tag = "session",
    responses((status = 204, description = "Logged out everywhere"), Problems), security(("bearer" = [])))]
#[post("/logout-all")]
pub(super) async fn handle(cx: Data<Ctx>, Member(me): Member) -> Result<HttpResponse, Problem> {
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        api::require_live(&mut tx, &me, now).await?;
        api::end_all(&mut tx, me.account, Cause::LogoutAll).await
    })
    .await?;
    Ok(HttpResponse::NoContent().cookie(cookie::clear()).finish())
}
