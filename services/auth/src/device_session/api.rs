//! What the other contexts may do with device sessions.

use std::{
    future::{Ready, ready},
    net::IpAddr,
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, cookie::Cookie, dev::Payload, http::header,
    web::Data,
};
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
    domain::{Cause, DeviceSession, IDLE, MOST, Refusal, label},
    events::{AllDeviceSessionsRevoked, DeviceSessionRevoked, DeviceSessionStarted},
    forget::FORGET,
    known::{Known, KnownDevices, Shown},
    problem::erasing,
    random::random,
    store::{self, Ended},
    token::{Secret, Token},
};
use crate::{
    account::{self, AccountCard, Email, next_version},
    consent::Doc,
    gate::Gate,
    issuer::{Grant, Issuer},
    mail::{self, About, MailKind},
    security_log::{self, Entry, Place, SecurityEventKind},
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
    /// Documents that have changed and must be agreed to first: until then the token is for that alone.
    must_agree: Vec<Doc>,
}

/// The device that a request comes from.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    /// "Chrome · Windows", if its `User-Agent` says so.
    label: Option<String>,
    pub address: IpAddr,
    /// What it shows of former log-ins.
    shown: Option<Shown>,
    devices: Data<KnownDevices>,
}

impl Device {
    /// Which device it is and when somebody last logged in on it with this address, if so.
    pub fn known_to(&self, email: &Email, now: DateTime<Utc>) -> Option<Known> {
        self.devices.recognise(self.shown.as_ref(), email.as_str(), now)
    }

    /// The same of somebody who came through a provider.
    pub fn known_to_account(&self, account: Uuid, now: DateTime<Utc>) -> Option<Known> {
        self.devices.recognise(self.shown.as_ref(), &account.to_string(), now)
    }

    /// The cookie by which it is known from now on.
    pub fn remember(&self, cx: &Ctx, email: &Email) -> Cookie<'static> {
        self.devices.remember(self.shown.as_ref(), email.as_str(), cx.clock.id(), cx.clock.now())
    }

    /// The same after somebody came through a provider.
    pub fn remember_account(&self, cx: &Ctx, account: Uuid) -> Cookie<'static> {
        let who = account.to_string();
        self.devices.remember(self.shown.as_ref(), &who, cx.clock.id(), cx.clock.now())
    }

    /// As the account's log keeps it.
    pub fn place(&self, account: Uuid) -> Place {
        Place { device: self.label.clone(), network: Some(self.devices.network(account, self.address)) }
    }
}

/// How a device comes to be logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// With the sign-up.
    First,
    /// Logged in before on this device, and nothing has raised a doubt since.
    Known,
    New,
}

impl Origin {
    const fn kind(self) -> SecurityEventKind {
        match self {
            Self::First => SecurityEventKind::SignedUp,
            Self::Known => SecurityEventKind::LoggedIn,
            Self::New => SecurityEventKind::NewDevice,
        }
    }
}

impl FromRequest for Device {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let agent = req.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok());
        let address = RemoteAddr::from_request(req, payload).into_inner();
        let devices = req.app_data::<Data<KnownDevices>>();
        let devices = devices.ok_or_else(|| Problem::internal("no known devices in this scope"));
        let device = |(RemoteAddr(address), devices): (_, &Data<KnownDevices>)| Self {
            label: agent.and_then(label),
            address,
            shown: Shown::of(req),
            devices: devices.clone(),
        };
        ready(address.and_then(|address| Ok((address, devices?))).map(device))
    }
}

/// A device session whose tokens are to be handed out.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub device_session: Uuid,
    /// For the cookie.
    pub refresh_token: String,
}

/// Logs a device in. Beyond the number that an account may have, those unused for the longest are logged out.
///
/// # Errors
/// 409 `account.erasing`.
pub(crate) async fn start(
    tx: &mut Tx<'_>,
    account: Uuid,
    device: &Device,
    origin: Origin,
) -> Result<Opened, Problem> {
    let (now, id) = (tx.clock().now(), tx.clock().id());
    let (secret, family_key) = (Secret::new(random()?), random()?);
    let expires_at = now + IDLE;
    // The account is locked before the device session is written.
    let version = next_version(tx, account).await?;
    if account::is_erasing(tx, account, now).await? {
        return Err(erasing());
    }
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
    let (first, known) = (origin == Origin::First, origin == Origin::Known);
    let started = DeviceSessionStarted { account_id: account, device_session_id: id, first, known, version };
    tx.emit(Actor::Account(account), &started).await?;
    security_log::record(tx, account, Entry::of(origin.kind(), device.place(account))).await?;
    if origin == Origin::New {
        let about = About { device: device.label.as_deref(), ..About::default() };
        mail::request(tx, account, MailKind::NewDevice, about).await?;
    }
    if origin != Origin::First {
        for surplus in store::list_surplus(tx, account, MOST, now).await? {
            let cause = Cause::DeviceRemoved;
            if let Some(ended) = store::end(tx, account, surplus, cause, now).await? {
                record_ended(tx, account, SecurityEventKind::DeviceEnded, ended, Place::default()).await?;
            }
            let version = next_version(tx, account).await?;
            let (account_id, device_session_id, too_many) = (account, surplus, true);
            let event = DeviceSessionRevoked { account_id, device_session_id, cause, too_many, version };
            tx.emit(Actor::System, &event).await?;
            mail::request(tx, account, MailKind::TooManyDevices, About::default()).await?;
        }
    }
    Ok(Opened { device_session: id, refresh_token: Token::write(id, &secret, &family_key) })
}

/// Answers with the device session: an access token in the body, the refresh token in the cookie; and, after a log-in, that the
/// device is known from now on.
pub(crate) async fn enter(
    cx: &Ctx,
    issuer: &dyn Issuer,
    gate: &Gate,
    mut response: HttpResponseBuilder,
    account: AccountCard,
    opened: Opened,
    remembered: Option<Cookie<'static>>,
) -> Result<HttpResponse, Problem> {
    let Opened { device_session, refresh_token } = opened;
    let grant = Grant { account: account.id, device_session, token: cx.clock.id(), at: cx.clock.now() };
    let must_agree = gate.look(cx, account.id).await?;
    let access = if must_agree.is_empty() { issuer.access_token(grant).await? } else { gate.token(grant)? };
    response.cookie(cookie::set(refresh_token));
    if let Some(remembered) = remembered {
        response.cookie(remembered);
    }
    Ok(response.json(DeviceSessionView {
        access_token: access.token,
        expires_at: access.expires_at,
        account,
        device_session_id: device_session,
        must_agree,
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
    find_live(connection, me, now).await?;
    Ok(())
}

/// For what a device that somebody else holds for a minute must not do: whoever is on it has proved within the last five minutes
/// who they are. The web asks for that proof and repeats what was asked (`POST /prove`, or a visit to a provider).
///
/// # Errors
/// As [`require_live`]; 403 `proof.needed`.
pub(crate) async fn require_proved(
    connection: &mut AsyncPgConnection,
    me: &Caller,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    if find_live(connection, me, now).await?.is_proved(now) { Ok(()) } else { Err(Refusal::Unproved.into()) }
}

async fn find_live(
    connection: &mut AsyncPgConnection,
    me: &Caller,
    now: DateTime<Utc>,
) -> Result<DeviceSession, Problem> {
    let found = store::find(connection, me.session).await?.filter(|s| s.account == me.account);
    let session = found.ok_or(Refusal::Over)?;
    match session.refusal(now) {
        Some(refusal) => Err(refusal.into()),
        None => Ok(session),
    }
}

/// Whoever is on this device has just proved who they are.
pub(crate) async fn prove(tx: &mut Tx<'_>, me: &Caller) -> Result<(), Problem> {
    let now = tx.clock().now();
    require_live(tx, me, now).await?;
    store::update_proved_at(tx, me.session, now).await?;
    Ok(())
}

/// Logs out every device of the caller but the one that asks; answers how many there were.
pub(crate) async fn end_others(tx: &mut Tx<'_>, me: &Caller, cause: Cause) -> Result<usize, Problem> {
    let now = tx.clock().now();
    doubt(tx, me.account, cause).await?;
    let others = store::end_all(tx, me.account, Some(me.session), cause, now).await?;
    let count = others.len();
    for device_session_id in others {
        let version = next_version(tx, me.account).await?;
        let (account_id, too_many) = (me.account, false);
        let event = DeviceSessionRevoked { account_id, device_session_id, cause, too_many, version };
        tx.emit(Actor::Account(account_id), &event).await?;
    }
    Ok(count)
}

/// Logs every device of an account out, for whoever has proved to be its owner; answers how many there were.
pub(crate) async fn end_all(tx: &mut Tx<'_>, account: Uuid, cause: Cause) -> Result<usize, Problem> {
    let now = tx.clock().now();
    let version = next_version(tx, account).await?;
    doubt(tx, account, cause).await?;
    let device_session_ids = store::end_all(tx, account, None, cause, now).await?;
    let count = device_session_ids.len();
    let event = AllDeviceSessionsRevoked { account_id: account, device_session_ids, cause, version };
    tx.emit(Actor::Account(account), &event).await?;
    Ok(count)
}

/// After this, devices that are known from before are new.
pub(super) async fn doubt(tx: &mut Tx<'_>, account: Uuid, cause: Cause) -> Result<(), Problem> {
    if cause.raises_doubt() {
        let now = tx.clock().now();
        account::forget_known_devices(tx, account, now).await?;
    }
    Ok(())
}

/// Logs one device out and publishes it; none if it was not logged in.
pub(super) async fn end(
    tx: &mut Tx<'_>,
    actor: Actor,
    account: Uuid,
    device_session: Uuid,
    cause: Cause,
) -> Result<Option<Ended>, Problem> {
    let now = tx.clock().now();
    // The account is locked before the device session.
    let version = next_version(tx, account).await?;
    let ended = store::end(tx, account, device_session, cause, now).await?;
    if ended.is_some() {
        doubt(tx, account, cause).await?;
        let (account_id, device_session_id) = (account, device_session);
        let event = DeviceSessionRevoked { account_id, device_session_id, cause, too_many: false, version };
        tx.emit(actor, &event).await?;
    }
    Ok(ended)
}

/// Writes into the account's log that this device was logged out, and from where.
pub(super) async fn record_ended(
    tx: &mut Tx<'_>,
    account: Uuid,
    kind: SecurityEventKind,
    ended: Ended,
    by: Place,
) -> Result<(), Problem> {
    security_log::record(tx, account, Entry::of(kind, Place { device: ended.label, ..by })).await?;
    Ok(())
}
