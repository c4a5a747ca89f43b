//! One conversation.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiPath, Problem, Problems},
};
use uuid::Uuid;

use super::{problem::not_here_yet, store, view::ConversationView};

/// One conversation of mine. 404 with `Retry-After: 1` while it does not exist, and for strangers.
#[utoipa::path(operation_id = "get_conversation", tag = "conversation", params(("id" = Uuid, Path)), security(("bearer" = [])),
    responses((status = 200, body = ConversationView), Problems))]
#[get("/conversations/{id}")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    me: Caller,
    ApiPath(id): ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    let mut connection = cx.read().await?;
    let row = store::get(&mut connection, me.account, id).await?.ok_or_else(not_here_yet)?;
    Ok(HttpResponse::Ok().json(ConversationView::from(row)))
}
