//! My conversations.

use actix_web::{get, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiQuery, Page, PageQuery, Problem, Problems},
};
use uuid::Uuid;

use super::{store, view::ConversationView};

/// My conversations, last activity first.
#[utoipa::path(operation_id = "list_conversations", tag = "conversation", params(PageQuery), security(("bearer" = [])),
    responses((status = 200, body = Page<ConversationView>), Problems))]
#[get("/conversations")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    me: Caller,
    ApiQuery(query): ApiQuery<PageQuery>,
) -> Result<actix_web::HttpResponse, Problem> {
    let (limit, after) = (query.limit()?, query.after::<(DateTime<Utc>, Uuid)>()?);
    let mut connection = cx.read().await?;
    let surplus = i64::try_from(limit).unwrap_or(i64::MAX - 1) + 1;
    let rows = store::list(&mut connection, me.account, after, surplus).await?;
    let page = Page::of(rows, limit, |row| (row.last_at, row.id), ConversationView::from);
    Ok(actix_web::HttpResponse::Ok().json(page))
}
