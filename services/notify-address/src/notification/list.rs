//! The inbox, newest first.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{ApiQuery, Page, PageQuery, Problem, Problems},
};

use super::{store, view::NoticeView};

/// My notices, newest first.
#[utoipa::path(
    operation_id = "list_notices",
    tag = "inbox",
    params(PageQuery),
    responses((status = 200, body = Page<NoticeView>), Problems),
    security(("bearer" = []))
)]
#[get("")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    me: Caller,
    page: ApiQuery<PageQuery>,
) -> Result<HttpResponse, Problem> {
    let (limit, before) = (page.limit()?, page.after()?);
    let surplus = i64::try_from(limit + 1).map_err(Problem::internal)?;
    let rows = store::list_notices(&mut *cx.read().await?, me.account, before, surplus).await?;
    Ok(HttpResponse::Ok().json(Page::of(rows, limit, |row| row.id, NoticeView::from)))
}
