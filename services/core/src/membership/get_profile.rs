//! The caller's own profile.

use actix_web::HttpResponse;
use actix_web::{get, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    http::{Problem, Problems},
};
use futures_util::future::try_join;
use regions::Regions;

use super::{domain::Profile, store, view::MeView};

/// The caller's profile. Each holder of a valid token has one, however empty.
#[utoipa::path(
    operation_id = "get_profile", tag = "membership",
    responses((status = 200, body = MeView), Problems), security(("bearer" = [])),
)]
#[get("/me")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    regions: Data<Regions>,
    me: Caller,
) -> Result<HttpResponse, Problem> {
    let c = cx.lookup().await?;
    let (mut profile, totals) = try_join(store::find(&c, me.account), store::totals(&c, me.account)).await?;
    if profile.is_none() {
        profile = cx
            .tx(async |tx: Tx<'_>| {
                store::ensure(&tx, me.account, tx.clock().now()).await?;
                Ok(store::find(&tx, me.account).await?)
            })
            .await?;
    }
    let profile = profile.unwrap_or_else(|| Profile::new(me.account, cx.clock.now()));
    Ok(HttpResponse::Ok().json(MeView::of(profile, totals, &regions)))
}
