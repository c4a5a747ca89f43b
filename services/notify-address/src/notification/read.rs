//! Reads one notice.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Emit},
    http::{ApiPath, Problem, Problems},
};
use uuid::Uuid;

use super::{events::NoticesRead, store};

/// Marks one of my notices as read; again is fine.
#[utoipa::path(
    operation_id = "read_notice",
    tag = "inbox",
    params(("id" = Uuid, Path)),
    responses((status = 204), Problems),
    security(("bearer" = []))
)]
#[post("/{id}/read")]
pub(super) async fn handle(cx: Data<Ctx>, me: Caller, id: ApiPath<Uuid>) -> Result<HttpResponse, Problem> {
    cx.tx(async |mut tx: Tx<'_>| {
        // Before the lock, so that a stranger's attempt makes no row.
        let notice = store::find_notice(&mut tx, me.account, id.0).await?.ok_or_else(Problem::not_found)?;
        if notice.read_at.is_some() {
            return Ok(());
        }
        let account = store::lock_account(&mut tx, me.account).await?;
        let now = tx.clock().now();
        if store::mark_read(&mut tx, me.account, id.0, now).await? > 0 {
            let read = NoticesRead { account_id: me.account, version: account.version };
            tx.emit(Actor::Account(me.account), &read).await?;
        }
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
