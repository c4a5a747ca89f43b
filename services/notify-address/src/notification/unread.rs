//! How many notices are unread.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{Problem, Problems},
};

use super::{store, view::UnreadView};

/// The exact number of my unread notices.
#[utoipa::path(
    operation_id = "count_unread_notices",
    tag = "inbox",
    responses((status = 200, body = UnreadView), Problems),
    security(("bearer" = []))
)]
#[get("/unread")]
pub(super) async fn handle(cx: Data<Ctx>, me: Caller) -> Result<HttpResponse, Problem> {
    let count = store::count_unread(&*cx.lookup().await?, me.account).await?;
    Ok(HttpResponse::Ok().json(UnreadView { count }))
}
