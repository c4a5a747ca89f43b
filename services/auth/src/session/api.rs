//! What the other contexts may do with device sessions.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, dev::Payload, http::header};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Emit},
    http::Problem,
    jobs::Schedule,
};
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    cookie,
    domain::{IDLE, Refusal, label},
    forget::FORGET,
    random::random,
    store,
    token::{Secret, Token},
};
use crate::{
    Auth,
    event::{Cause, DeviceSessionRevoked, DeviceSessionStarted},
    identity::{AccountCard, next_version},
    issuer::Grant,
};

/// A device that is logged in: the access token for the next ten minutes, and whose it is. The refresh token is in the
/// cookie.
#[derive(Serialize, ToSchema)]
pub struct SessionView {
    access_token: String,
    expires_at: DateTime<Utc>,
    account: AccountCard,
    device_session_id: Uuid,
}

/// What the request's device is called, if its `User-Agent` says so.
#[derive(Clone, Debug)]
pub(crate) struct Device(Option<String>);

impl FromRequest for Device {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let agent = req.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok());
        ready(Ok(Self(agent.and_then(label))))
    }
}

/// A session whose token is to be handed out.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub session: Uuid,
    /// For the cookie.
    pub refresh_token: String,
}

/// Logs a device in. `first` at sign-up.
pub(crate) async fn start(
    tx: &mut Tx<'_>,
    account: Uuid,
    device: &Device,
    first: bool,
) -> Result<Opened, Problem> {
    let (now, id) = (tx.clock().now(), tx.clock().id());
    let (secret, family_key) = (Secret::new(random()?), random()?);
    let expires_at = now + IDLE;
    // The account is locked before the session is written.
    let version = next_version(tx, account).await?;
    let new = store::New {
        id,
        account,
        label: device.0.as_deref(),
        at: now,
        expires_at,
        family_key: &family_key,
        current: &secret.hash(),
    };
    store::insert(tx, &new).await?;
    tx.schedule(FORGET, id, expires_at, &()).await?;
    let started = DeviceSessionStarted { account_id: account, device_session_id: id, first, version };
    tx.emit(Actor::Account(account), &started).await?;
    Ok(Opened { session: id, refresh_token: Token::write(id, &secret, &family_key) })
}

/// Answers with the session: an access token in the body, the refresh token in the cookie.
pub(crate) async fn enter(
    cx: &Ctx,
    auth: &Auth,
    mut response: HttpResponseBuilder,
    account: AccountCard,
    opened: Opened,
) -> Result<HttpResponse, Problem> {
    let Opened { session, refresh_token } = opened;
    let grant = Grant { account: account.id, session, token: cx.clock.id(), at: cx.clock.now() };
    let access = auth.issuer.access_token(grant).await?;
    Ok(response.cookie(cookie::set(refresh_token)).json(SessionView {
        access_token: access.token,
        expires_at: access.expires_at,
        account,
        device_session_id: session,
    }))
}

/// An access token outlives its session by up to ten minutes elsewhere; here, where devices and passwords are managed,
/// it does not.
///
/// # Errors
/// 401 `session.over`, `session.revoked`, `session.reused`.
pub(crate) async fn require_live(
    connection: &mut AsyncPgConnection,
    me: &Caller,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let session = store::find(connection, me.session).await?.filter(|s| s.account == me.account);
    match session.map(|s| s.refusal(now)) {
        Some(None) => Ok(()),
        Some(Some(refusal)) => Err(refusal.into()),
        None => Err(Refusal::Over.into()),
    }
}

/// Logs out every device of the caller but the one that asks.
pub(crate) async fn end_others(tx: &mut Tx<'_>, me: &Caller, cause: Cause) -> Result<(), Problem> {
    let now = tx.clock().now();
    for session in store::end_all(tx, me.account, Some(me.session), cause, now).await? {
        revoked(tx, Actor::Account(me.account), me.account, session, cause).await?;
    }
    Ok(())
}

/// Says that a device was logged out.
pub(super) async fn revoked(
    tx: &mut Tx<'_>,
    actor: Actor,
    account: Uuid,
    session: Uuid,
    cause: Cause,
) -> Result<(), Problem> {
    let version = next_version(tx, account).await?;
    let event = DeviceSessionRevoked { account_id: account, device_session_id: session, cause, version };
    tx.emit(actor, &event).await?;
    Ok(())
}

/// Logs one device out and says so; false if it was not logged in.
pub(super) async fn end(
    tx: &mut Tx<'_>,
    actor: Actor,
    account: Uuid,
    session: Uuid,
    cause: Cause,
) -> Result<bool, Problem> {
    let now = tx.clock().now();
    // The account is locked before the session.
    let version = next_version(tx, account).await?;
    let ended = store::end(tx, account, session, cause, now).await?;
    if ended {
        let event = DeviceSessionRevoked { account_id: account, device_session_id: session, cause, version };
        tx.emit(actor, &event).await?;
    }
    Ok(ended)
}
