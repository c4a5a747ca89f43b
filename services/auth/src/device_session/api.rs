//! What the other contexts may do with device sessions.

use std::{
    future::{Ready, ready},
    net::IpAddr,
};

use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, dev::Payload, http::header};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Emit},
    http::{Problem, RemoteAddr},
    jobs::Schedule,
};
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    cookie,
    domain::{Cause, IDLE, Refusal, label},
    events::{DeviceSessionRevoked, DeviceSessionStarted},
    forget::FORGET,
    random::random,
    store,
    token::{Secret, Token},
};
use crate::{
    account::{AccountCard, next_version},
    issuer::{Grant, Issuer},
};

/// A device that is logged in: the access token for the next ten minutes, and whose it is. The refresh token is in the
/// cookie.
#[derive(Serialize, ToSchema)]
#[schema(as = SessionView)]
pub struct DeviceSessionView {
    access_token: String,
    expires_at: DateTime<Utc>,
    account: AccountCard,
    device_session_id: Uuid,
}

/// The device that a request comes from.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    /// "Chrome · Windows", if its `User-Agent` says so.
    label: Option<String>,
    pub address: IpAddr,
}

impl FromRequest for Device {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let agent = req.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok());
        let address = RemoteAddr::from_request(req, payload).into_inner();
        ready(address.map(|RemoteAddr(address)| Self { label: agent.and_then(label), address }))
    }
}

/// A device session whose tokens are to be handed out.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub device_session: Uuid,
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
    // The account is locked before the device session is written.
    let version = next_version(tx, account).await?;
    let new = store::New {
        id,
        account,
        label: device.label.as_deref(),
        at: now,
        expires_at,
        family_key: &family_key,
        current: &secret.hash(),
    };
    store::insert(tx, &new).await?;
    tx.schedule(FORGET, id, expires_at, &()).await?;
    let started = DeviceSessionStarted { account_id: account, device_session_id: id, first, version };
    tx.emit(Actor::Account(account), &started).await?;
    Ok(Opened { device_session: id, refresh_token: Token::write(id, &secret, &family_key) })
}

/// Answers with the device session: an access token in the body, the refresh token in the cookie.
pub(crate) async fn enter(
    cx: &Ctx,
    issuer: &dyn Issuer,
    mut response: HttpResponseBuilder,
    account: AccountCard,
    opened: Opened,
) -> Result<HttpResponse, Problem> {
    let Opened { device_session, refresh_token } = opened;
    let grant = Grant { account: account.id, device_session, token: cx.clock.id(), at: cx.clock.now() };
    let access = issuer.access_token(grant).await?;
    Ok(response.cookie(cookie::set(refresh_token)).json(DeviceSessionView {
        access_token: access.token,
        expires_at: access.expires_at,
        account,
        device_session_id: device_session,
    }))
}

/// An access token outlives its device session by up to ten minutes elsewhere; here, where devices and passwords are
/// managed, it does not.
///
/// # Errors
/// 401 `session.over`, `session.revoked`, `session.reused`.
pub(crate) async fn require_live(
    connection: &mut AsyncPgConnection,
    me: &Caller,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let found = store::find(connection, me.session).await?.filter(|s| s.account == me.account);
    match found.map(|s| s.refusal(now)) {
        Some(None) => Ok(()),
        Some(Some(refusal)) => Err(refusal.into()),
        None => Err(Refusal::Over.into()),
    }
}

/// Logs out every device of the caller but the one that asks.
pub(crate) async fn end_others(tx: &mut Tx<'_>, me: &Caller, cause: Cause) -> Result<(), Problem> {
    let now = tx.clock().now();
    for device_session in store::end_all(tx, me.account, Some(me.session), cause, now).await? {
        revoked(tx, Actor::Account(me.account), me.account, device_session, cause).await?;
    }
    Ok(())
}

/// Publishes that a device was logged out.
pub(super) async fn revoked(
    tx: &mut Tx<'_>,
    actor: Actor,
    account: Uuid,
    device_session: Uuid,
    cause: Cause,
) -> Result<(), Problem> {
    let version = next_version(tx, account).await?;
    let event =
        DeviceSessionRevoked { account_id: account, device_session_id: device_session, cause, version };
    tx.emit(actor, &event).await?;
    Ok(())
}

/// Logs one device out and publishes it; false if it was not logged in.
pub(super) async fn end(
    tx: &mut Tx<'_>,
    actor: Actor,
    account: Uuid,
    device_session: Uuid,
    cause: Cause,
) -> Result<bool, Problem> {
    let now = tx.clock().now();
    // The account is locked before the device session.
    let version = next_version(tx, account).await?;
    let ended = store::end(tx, account, device_session, cause, now).await?;
    if ended {
        let event =
            DeviceSessionRevoked { account_id: account, device_session_id: device_session, cause, version };
        tx.emit(actor, &event).await?;
    }
    Ok(ended)
}
