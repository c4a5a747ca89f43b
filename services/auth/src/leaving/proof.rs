//! Who may ask for their account to be erased: whoever has just proved to be its owner.

use chrono::{DateTime, Utc};
use common::{auth::Caller, http::Problem};
use diesel_async::AsyncPgConnection;

use super::{domain::FRESH, problem::Refusal, store};
use crate::device_session;

/// Demands that whoever is on this device logged in, or proved who they are, within the last five minutes.
///
/// # Errors
/// 401 `session.…`; 403 `proof.needed`.
pub(super) async fn require(
    connection: &mut AsyncPgConnection,
    me: &Caller,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    device_session::require_live(connection, me, now).await?;
    let is_fresh = store::is_proved_since(connection, me.session, now - FRESH).await?;
    if is_fresh { Ok(()) } else { Err(Refusal::Unproved.into()) }
}
