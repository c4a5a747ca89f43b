//! `POST /logout-all`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{Problem, Problems},
};

use super::{
    api::{self, Device},
    cookie,
    domain::Cause,
};
use crate::{
    gate::Member,
    security_log::{self, Entry},
};

/// Logs every device of the caller out, this one too. Whoever asks has proved within the last five minutes who they are.
#[utoipa::path(operation_id = "log_out_all", tag = "session",
    responses((status = 204, description = "Logged out everywhere"), Problems), security(("bearer" = [])))]
#[post("/logout-all")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    Member(me): Member,
    device: Device,
) -> Result<HttpResponse, Problem> {
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        api::require_proved(&mut tx, &me, now).await?;
        let count = api::end_all(&mut tx, me.account, Cause::LogoutAll).await?;
        let entry = Entry::devices(device.place(me.account), count);
        Ok(security_log::record(&mut tx, me.account, entry).await?)
    })
    .await?;
    Ok(HttpResponse::NoContent().cookie(cookie::clear()).finish())
}
