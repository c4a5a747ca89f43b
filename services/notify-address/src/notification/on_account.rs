//! The account's own safety: a new device, a new password, a device session that may have been copied.

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
};

const IDENTITY: &str = "dojob.auth.identity.v1";
const SESSION: &str = "dojob.auth.session.v1";

#[derive(Clone, Debug, Deserialize)]
struct AccountEvent {
    account_id: Uuid,
    device_session_id: Option<Uuid>,
    /// The device session that came with the sign-up.
    #[serde(default)]
    first: bool,
    /// Why a device session was ended.
    cause: Option<String>,
}

pub(super) fn subscribe(consumer: Consumer) -> Consumer {
    consumer
        .on(IDENTITY, "PasswordChanged", |tx, e| notify(tx, e, NoticeKey::PasswordChanged).boxed())
        .on(SESSION, "DeviceSessionStarted", |tx, e| started(tx, e).boxed())
        .on(SESSION, "DeviceSessionRevoked", |tx, e| revoked(tx, e).boxed())
}

async fn started(tx: &mut Tx<'_>, e: Envelope<AccountEvent>) -> Result<(), Failure> {
    if e.data.first {
        return Ok(());
    }
    notify(tx, e, NoticeKey::NewDevice).await
}

async fn revoked(tx: &mut Tx<'_>, e: Envelope<AccountEvent>) -> Result<(), Failure> {
    // Every other cause is an act of the owner.
    if e.data.cause.as_deref() != Some("reuse") {
        return Ok(());
    }
    notify(tx, e, NoticeKey::SessionReused).await
}

async fn notify(tx: &mut Tx<'_>, e: Envelope<AccountEvent>, key: NoticeKey) -> Result<(), Failure> {
    let AccountEvent { account_id, device_session_id, .. } = e.data;
    let params = Params { device_session_id, ..Params::default() };
    create::run(tx, e.id, e.time, &Draft { account_id, key, params }).await
}
