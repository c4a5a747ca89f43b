//! The account's own safety: a new device, a new password, a session that may have been copied.

use common::{
    db::Tx,
    events::{Envelope, Failure},
};
use serde::Deserialize;
use uuid::Uuid;

use super::{
    create,
    domain::{Draft, Key, Params},
};

pub(super) const IDENTITY: &str = "dojob.auth.identity.v1";
pub(super) const SESSION: &str = "dojob.auth.session.v1";

#[derive(Clone, Debug, Deserialize)]
pub(super) struct AccountEvent {
    account_id: Uuid,
    device_session_id: Option<Uuid>,
    /// The session that came with the sign-up.
    #[serde(default)]
    first: bool,
    /// Why a session was ended.
    cause: Option<String>,
}

pub(super) async fn handle(tx: &mut Tx<'_>, e: Envelope<AccountEvent>) -> Result<(), Failure> {
    let AccountEvent { account_id, device_session_id, first, cause } = e.data;
    let key = match e.kind.as_str() {
        "DeviceSessionStarted" if first => return Ok(()),
        "DeviceSessionStarted" => Key::NewDevice,
        "PasswordChanged" => Key::PasswordChanged,
        // Whatever else ends a session was done by its owner.
        "DeviceSessionRevoked" if cause.as_deref() != Some("reuse") => return Ok(()),
        "DeviceSessionRevoked" => Key::SessionReused,
        kind => return Err(Failure::Permanent(format!("no rule for {kind}"))),
    };
    let params = Params { device_session_id, ..Params::default() };
    create::run(tx, e.id, e.time, &Draft { account_id, key, params }).await
}
