//! The number on the badge.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{Problem, Problems},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::store;

/// Exact: counted from cursors and messages, never kept on the side.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnreadMessages {
    count: i64,
    /// In how many conversations.
    conversations: i64,
}

/// How many messages I have not read.
#[utoipa::path(operation_id = "count_unread_messages", tag = "conversation", security(("bearer" = [])),
    responses((status = 200, body = UnreadMessages), Problems))]
#[get("/unread")]
pub(super) async fn handle(cx: Data<Ctx>, me: Caller) -> Result<HttpResponse, Problem> {
    let unread = store::unread(&mut *cx.read().await?, me.account).await?;
    Ok(HttpResponse::Ok().json(UnreadMessages { count: unread.count, conversations: unread.conversations }))
}
