//! Having read.

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Emit},
    http::{ApiJson, ApiPath, Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{domain, events::ReadCursorMoved, problem, store};

/// I have read everything up to this number.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadUpTo {
    seq: i64,
}

/// Moves my cursor forward; a number that lies behind it changes nothing.
#[utoipa::path(operation_id = "read_conversation", tag = "conversation", params(("id" = Uuid, Path)), request_body = ReadUpTo,
    security(("bearer" = [])), responses((status = 204), Problems))]
#[post("/conversations/{id}/read")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(req): ApiJson<ReadUpTo>,
) -> Result<HttpResponse, Problem> {
    run(&cx, me.account, id, req.seq).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Moves the cursor of `account`, and publishes it if it moved.
///
/// # Errors
/// 404 for strangers; 422 `seq.out_of_range` beyond the newest message.
pub(crate) async fn run(cx: &Ctx, account: Uuid, conversation_id: Uuid, seq: i64) -> Result<(), Problem> {
    let stands = store::cursor(&mut *cx.read().await?, conversation_id, account).await?;
    let (read_seq, last_seq) = stands.ok_or_else(problem::not_here_yet)?;
    let moved = domain::moved(read_seq, last_seq, seq).map_err(problem::out_of_range)?;
    let Some(seq) = moved else { return Ok(()) };
    cx.tx(async |mut tx: Tx<'_>| {
        let moved = store::move_cursor(&mut tx, conversation_id, account, seq).await?;
        // Another device was faster and further: then there is nothing to publish.
        if let Some((version, participants)) = moved {
            let moved = ReadCursorMoved { conversation_id, account_id: account, seq, participants, version };
            tx.emit(Actor::Account(account), &moved).await?;
        }
        Ok(())
    })
    .await
}
