//! `POST /refresh`

use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    events::Actor,
    http::{Problem, Problems, SameOrigin},
};
use uuid::Uuid;

use super::{
    api::{self, DeviceSessionView, Opened},
    cookie,
    domain::{Cause, IDLE, Refreshed, Refusal},
    random::random,
    store,
    token::Token,
};
use crate::{
    account::{self, AccountCard},
    gate::Gate,
    issuer::Issuer,
    security_log::{Place, SecurityEventKind},
};

/// Goes on with the device session of the cookie: a new access token, and a new refresh token instead of this one. For half
/// a minute the replaced one gets the same answer; after that its use means that somebody has a copy, and ends the
/// session for both.
#[utoipa::path(operation_id = "refresh_session", tag = "session",
    params(("__Secure-dojob_refresh" = String, Cookie, description = "The refresh token")),
    responses((status = 200, body = DeviceSessionView, description = "Sets the refresh cookie"), Problems))]
#[post("/refresh")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    gate: Data<Gate>,
    _: SameOrigin,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let token = cookie::token(&request).ok_or(Refusal::Over)?;
    let rotated = cx.tx(async |mut tx: Tx<'_>| rotate(&mut tx, &token).await).await?;
    match rotated {
        Ok((account, opened)) => {
            api::enter(&cx, &**issuer, &gate, HttpResponse::Ok(), account, opened, None).await
        }
        Err(refusal) => {
            if refusal == Refusal::Reusing {
                // In a transaction of its own: it locks the account first, as every other operation does. What was
                // found stays true meanwhile: a replaced token never becomes the current one again.
                cx.tx(async |mut tx: Tx<'_>| end_copied(&mut tx, token.device_session).await).await?;
            }
            Err(refusal.into())
        }
    }
}

async fn end_copied(tx: &mut Tx<'_>, device_session: Uuid) -> Result<(), Problem> {
    let Some(session) = store::find(tx, device_session).await? else { return Ok(()) };
    let ended = api::end(tx, Actor::System, session.account, device_session, Cause::Reuse).await?;
    if let Some(ended) = ended {
        let (kind, by) = (SecurityEventKind::CopyDetected, Place::default());
        api::record_ended(tx, session.account, kind, ended, by).await?;
    }
    Ok(())
}

/// Replaces the token. The device session stays locked, so that two requests at once see one another.
async fn rotate(tx: &mut Tx<'_>, token: &Token) -> Result<Result<(AccountCard, Opened), Refusal>, Problem> {
    let now = tx.clock().now();
    let Some(session) = store::lock(tx, token.device_session).await? else { return Ok(Err(Refusal::Over)) };
    let secret = match session.refresh(token, random()?, now) {
        Ok(Refreshed::Rotated { secret, previous }) => {
            store::rotate(tx, session.id, &secret.hash(), &previous, now + IDLE).await?;
            secret
        }
        Ok(Refreshed::Repeated { secret }) => secret,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let account = account::card(tx, session.account).await?;
    let refresh_token = Token::write(session.id, &secret, &session.family_key);
    Ok(Ok((account, Opened { device_session: session.id, refresh_token })))
}
