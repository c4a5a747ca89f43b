//! The account's own safety: a new device, a new password, another way to log in, a device session that may have been copied.

use chrono::TimeDelta;
use common::{
    db::Tx,
    events::{Consumer, Envelope, Failure},
};
use futures_util::FutureExt;
use serde::Deserialize;
use uuid::Uuid;

use super::{
    create,
    domain::{Draft, NoticeKey, Params},
    store,
};

const IDENTITY: &str = "dojob.auth.identity.v1";
const SESSION: &str = "dojob.auth.session.v1";

/// While one that came no longer ago is unread, no other of its kind follows.
const FOLD: TimeDelta = TimeDelta::hours(1);

#[derive(Clone, Debug, Deserialize)]
struct AccountEvent {
    account_id: Uuid,
    device_session_id: Option<Uuid>,
    /// The device session that came with the sign-up.
    #[serde(default)]
    first: bool,
    /// On a device where its owner had logged in before.
    #[serde(default)]
    known: bool,
    /// One device more than an account may have was logged in.
    #[serde(default)]
    too_many: bool,
    /// Why a device session was ended.
    cause: Option<String>,
}

pub(super) fn subscribe(consumer: Consumer) -> Consumer {
    consumer
        .on(IDENTITY, "PasswordChanged", |tx, e| notify(tx, e, NoticeKey::PasswordChanged).boxed())
        .on(IDENTITY, "IdentityLinked", |tx, e| notify(tx, e, NoticeKey::IdentityLinked).boxed())
        .on(IDENTITY, "IdentityUnlinked", |tx, e| notify(tx, e, NoticeKey::IdentityUnlinked).boxed())
        .on(SESSION, "DeviceSessionStarted", |tx, e| started(tx, e).boxed())
        .on(SESSION, "DeviceSessionRevoked", |tx, e| revoked(tx, e).boxed())
}

async fn started(tx: &mut Tx<'_>, e: Envelope<AccountEvent>) -> Result<(), Failure> {
    if e.data.first || e.data.known {
        return Ok(());
    }
    notify_once(tx, e, NoticeKey::NewDevice).await
}

async fn revoked(tx: &mut Tx<'_>, e: Envelope<AccountEvent>) -> Result<(), Failure> {
    match e.data.cause.as_deref() {
        _ if e.data.too_many => notify_once(tx, e, NoticeKey::TooManyDevices).await,
        Some("reuse") => notify(tx, e, NoticeKey::SessionReused).await,
        // Every other cause is an act of the owner.
        _ => Ok(()),
    }
}

/// Leads to the list of all devices: one that is not read yet says as much as many.
async fn notify_once(tx: &mut Tx<'_>, e: Envelope<AccountEvent>, key: NoticeKey) -> Result<(), Failure> {
    let account = e.data.account_id;
    // Locked: of two at once one is told.
    store::lock_account(tx, account).await?;
    if store::has_unread_since(tx, account, key, e.time - FOLD).await? {
        return Ok(());
    }
    notify(tx, e, key).await
}

async fn notify(tx: &mut Tx<'_>, e: Envelope<AccountEvent>, key: NoticeKey) -> Result<(), Failure> {
    let AccountEvent { account_id, device_session_id, .. } = e.data;
    let params = Params { device_session_id, ..Params::default() };
    create::run(tx, e.id, e.time, &Draft { account_id, key, params }).await
}
