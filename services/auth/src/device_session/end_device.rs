//! `DELETE /devices/{id}`

use actix_web::{HttpResponse, delete, web::Data};
use common::{
    Ctx,
    db::Tx,
    events::Actor,
    http::{ApiPath, Problem, Problems},
};
use uuid::Uuid;

use super::{api, domain::Cause};
use crate::gate::Member;

/// Logs one of the caller's devices out.
#[utoipa::path(operation_id = "end_device_session", tag = "session", params(("id" = Uuid, Path)),
    responses((status = 204, description = "Logged out"), Problems), security(("bearer" = [])))]
#[delete("/devices/{id}")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    Member(me): Member,
    id: ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    // On the device itself this is an ordinary log-out.
    let cause = if id.0 == me.session { Cause::Logout } else { Cause::DeviceRemoved };
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        api::require_live(&mut tx, &me, now).await?;
        let ended = api::end(&mut tx, Actor::Account(me.account), me.account, id.0, cause).await?;
        if ended { Ok(()) } else { Err(Problem::not_found()) }
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
