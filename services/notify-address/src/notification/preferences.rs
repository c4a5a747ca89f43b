//! What a person wants to be notified of.

use actix_web::{HttpResponse, get, web::Data};
use common::{
    Ctx,
    auth::Caller,
    http::{Problem, Problems},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{domain::Category, store};

#[derive(Serialize, ToSchema)]
pub struct PreferenceView {
    category: Category,
    on: bool,
    /// Cannot be switched off.
    locked: bool,
}

#[derive(Serialize, ToSchema)]
pub struct PreferencesView {
    items: Vec<PreferenceView>,
}

/// Which categories make notices for me. Everything does until it is switched off.
#[utoipa::path(
    operation_id = "list_preferences",
    tag = "preferences",
    responses((status = 200, body = PreferencesView), Problems),
    security(("bearer" = []))
)]
#[get("/preferences")]
pub(super) async fn handle(cx: Data<Ctx>, me: Caller) -> Result<HttpResponse, Problem> {
    let set = store::list_preferences(&mut *cx.read().await?, me.account).await?;
    let is_on =
        |category: Category| set.iter().find(|(name, _)| name == category.as_str()).is_none_or(|(_, on)| *on);
    let view =
        |category: Category| PreferenceView { category, on: is_on(category), locked: category.is_locked() };
    Ok(HttpResponse::Ok().json(PreferencesView { items: Category::ALL.map(view).into() }))
}
