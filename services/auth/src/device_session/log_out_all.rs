//! `POST /logout-all`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Emit},
    http::{Problem, Problems},
};

use super::{api, cookie, domain::Cause, events::AllDeviceSessionsRevoked, store};
use crate::account::next_version;

/// Logs every device of the caller out, this one too.
#[utoipa::path(operation_id = "log_out_all", tag = "session",
    responses((status = 204, description = "Logged out everywhere"), Problems), security(("bearer" = [])))]
#[post("/logout-all")]
pub(super) async fn handle(cx: Data<Ctx>, me: Caller) -> Result<HttpResponse, Problem> {
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        api::require_live(&mut tx, &me, now).await?;
        let version = next_version(&mut tx, me.account).await?;
        api::doubt(&mut tx, me.account, Cause::LogoutAll).await?;
        let device_session_ids = store::end_all(&mut tx, me.account, None, Cause::LogoutAll, now).await?;
        let (account_id, cause) = (me.account, Cause::LogoutAll);
        let event = AllDeviceSessionsRevoked { account_id, device_session_ids, cause, version };
        tx.emit(Actor::Account(me.account), &event).await?;
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().cookie(cookie::clear()).finish())
}
