//! From the last day to the request: first nobody is logged in any more, and when the last access token has run out, everybody
//! erases. Each step is a timer, so neither a restart nor an outage loses one.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor, Emit, Failure},
    jobs::{Job, Schedule},
};
use uuid::Uuid;

use super::{
    domain::{ERASE, LATE, PATIENCE, SETTLE},
    events::AccountErasureRequested,
    store,
};
use crate::{
    account::{self, next_version},
    device_session::{self, Cause},
};

/// Whose timer it is.
pub(super) fn account_of(job: &Job) -> Result<Uuid, Failure> {
    job.key.parse().map_err(|e| Failure::Permanent(format!("{}: {e}", job.key)))
}

/// Logs everybody out; nobody logs in from here on.
pub(super) async fn close(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let (id, now) = (account_of(&job)?, tx.clock().now());
    let Some((found, _)) = account::lock(tx, id).await? else { return Ok(None) };
    // Absent, or later, in a backup from before the request that the ledger knows of.
    if found.erase_at.is_none_or(|at| at > now) {
        account::update_erase_at(tx, id, Some(now)).await?;
    }
    device_session::end_all(tx, id, Cause::LogoutAll).await?;
    tx.schedule(ERASE, id, now + SETTLE, &()).await?;
    Ok(None)
}

/// Asks every service to erase, and waits for their receipts.
pub(super) async fn request(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let (id, now) = (account_of(&job)?, tx.clock().now());
    if account::lock(tx, id).await?.is_none() {
        return Ok(None);
    }
    store::put_into_ledger(tx, id, now).await?;
    let version = next_version(tx, id).await?;
    tx.emit(Actor::Clock, &AccountErasureRequested { account_id: id, version }).await?;
    tx.schedule(LATE, id, now + PATIENCE, &()).await?;
    Ok(None)
}
