//! Reads the whole inbox, as far as it was seen.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Emit},
    http::{ApiJson, Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{events::NoticesRead, store};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadAll {
    /// The newest notice that was seen: what arrived after it stays unread. Absent: all of them.
    #[serde(default)]
    until: Option<Uuid>,
}

/// Marks my notices as read, up to the newest one seen.
#[utoipa::path(
    operation_id = "read_all_notices",
    tag = "inbox",
    request_body = ReadAll,
    responses((status = 204), Problems),
    security(("bearer" = []))
)]
#[post("/read-all")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    me: Caller,
    req: ApiJson<ReadAll>,
) -> Result<HttpResponse, Problem> {
    cx.tx(async |mut tx: Tx<'_>| {
        if store::count_unread(&tx, me.account).await? == 0 {
            return Ok(());
        }
        let account = store::lock_account(&mut tx, me.account).await?;
        let now = tx.clock().now();
        if store::mark_all_read(&mut tx, me.account, req.until, now).await? > 0 {
            let read = NoticesRead { account_id: me.account, version: account.version };
            tx.emit(Actor::Account(me.account), &read).await?;
        }
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
