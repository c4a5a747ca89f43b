//! `POST /logout`

use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    events::Actor,
    http::{Problem, Problems, SameOrigin},
};

use super::{api, cookie, domain::Cause, store};

/// Logs this device out, and takes its cookie away in any case.
#[utoipa::path(operation_id = "log_out", tag = "session",
    params(("__Secure-dojob_refresh" = Option<String>, Cookie, description = "The refresh token")),
    responses((status = 204, description = "Logged out"), Problems))]
#[post("/logout")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    _: SameOrigin,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    if let Some(token) = cookie::token(&request) {
        cx.tx(async |mut tx: Tx<'_>| {
            // Any token that the device session ever had may end it: that can only make it safer.
            let known =
                store::find(&mut tx, token.device_session).await?.filter(|s| token.is_of(&s.family_key));
            if let Some(session) = known {
                let actor = Actor::Account(session.account);
                api::end(&mut tx, actor, session.account, session.id, Cause::Logout).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(HttpResponse::NoContent().cookie(cookie::clear()).finish())
}
