//! `POST /refresh`

use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    events::Actor,
    http::{Problem, Problems, SameOrigin},
};

use super::{
    api::{self, Opened, SessionView},
    cookie,
    domain::{IDLE, Refusal, Turn},
    random::random,
    store,
    token::Token,
};
use crate::{Auth, event::Cause, identity};

/// Goes on with the session of the cookie: a new access token, and a new refresh token instead of this one. For half
/// a minute the replaced one gets the same answer; after that its use means that somebody has a copy, and ends the
/// session for both.
#[utoipa::path(operation_id = "refresh_session", tag = "session",
    params(("__Secure-dojob_refresh" = String, Cookie, description = "The refresh token")),
    responses((status = 200, body = SessionView, description = "Sets the refresh cookie"), Problems))]
#[post("/refresh")]
pub async fn handle(
    cx: Data<Ctx>,
    auth: Data<Auth>,
    _: SameOrigin,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let token = cookie::token(&request).ok_or(Refusal::Over)?;
    let turned = cx.tx(async |mut tx: Tx<'_>| turn(&mut tx, &token).await).await?;
    match turned {
        Ok((account, opened)) => api::enter(&cx, &auth, HttpResponse::Ok(), account, opened).await,
        Err(refusal) => {
            if refusal == Refusal::Reusing {
                // In a transaction of its own: it locks the account first, as everybody else does. What was found
                // stays true meanwhile, since a replaced token never becomes the current one again.
                cx.tx(async |mut tx: Tx<'_>| {
                    let account = store::find(&mut tx, token.session).await?.map(|s| s.account);
                    match account {
                        Some(account) => {
                            api::end(&mut tx, Actor::System, account, token.session, Cause::Reuse).await
                        }
                        None => Ok(false),
                    }
                })
                .await?;
            }
            Err(refusal.into())
        }
    }
}

/// One turn of the session, which stays locked so that two at once see one another.
async fn turn(
    tx: &mut Tx<'_>,
    token: &Token,
) -> Result<Result<(identity::AccountCard, Opened), Refusal>, Problem> {
    let now = tx.clock().now();
    let Some(session) = store::lock(tx, token.session).await? else { return Ok(Err(Refusal::Over)) };
    let secret = match session.refresh(token, random()?, now) {
        Ok(Turn::Next { secret, previous }) => {
            store::rotate(tx, session.id, &secret.hash(), &previous, now + IDLE).await?;
            secret
        }
        Ok(Turn::Again { secret }) => secret,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let account = identity::card(tx, session.account).await?;
    let refresh_token = Token::write(session.id, &secret, &session.family_key);
    Ok(Ok((account, Opened { session: session.id, refresh_token })))
}
