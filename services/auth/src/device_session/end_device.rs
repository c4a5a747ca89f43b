//! `DELETE /devices/{id}`

use actix_web::{HttpResponse, delete, web::Data};
use common::{
    Ctx,
    db::Tx,
    events::Actor,
    http::{ApiPath, Problem, Problems},
};
use uuid::Uuid;

use super::{
    api::{self, Device},
    domain::Cause,
};
use crate::{gate::Member, security_log::SecurityEventKind};

/// Logs one of the caller's devices out: the one that asks at once, another one if whoever asks has proved within the last five
/// minutes who they are.
#[utoipa::path(operation_id = "end_device_session", tag = "session", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Logged out"), Problems), security(("bearer" = [])))]
#[delete("/devices/{id}")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    Member(me): Member,
    device: Device,
    id: ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    let is_own = id.0 == me.session;
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        let actor = Actor::Account(me.account);
        // On the device itself this is an ordinary log-out.
        if is_own {
            api::require_live(&mut tx, &me, now).await?;
            let ended = api::end(&mut tx, actor, me.account, id.0, Cause::Logout).await?;
            return ended.map(drop).ok_or_else(Problem::not_found);
        }
        api::require_proved(&mut tx, &me, now).await?;
        let ended = api::end(&mut tx, actor, me.account, id.0, Cause::DeviceRemoved).await?;
        let ended = ended.ok_or_else(Problem::not_found)?;
        let by = device.place(me.account);
        api::record_ended(&mut tx, me.account, SecurityEventKind::DeviceEnded, ended, by).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
