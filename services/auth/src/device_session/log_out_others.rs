//! `POST /logout-others`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{Problem, Problems},
};

use super::{
    api::{self, Device},
    domain::Cause,
};
use crate::{
    gate::Member,
    security_log::{self, Entry},
};

/// Logs every device of the caller out but the one that asks. Whoever asks has proved within the last five minutes who they are.
#[utoipa::path(operation_id = "log_out_others", tag = "session",
    responses((status = 204, description = "The others are logged out"), Problems), security(("bearer" = [])))]
#[post("/logout-others")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    Member(me): Member,
    device: Device,
) -> Result<HttpResponse, Problem> {
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        api::require_proved(&mut tx, &me, now).await?;
        let count = api::end_others(&mut tx, &me, Cause::DeviceRemoved).await?;
        if count > 0 {
            let entry = Entry::devices(device.place(me.account), count);
            security_log::record(&mut tx, me.account, entry).await?;
        }
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
