//! Deletes accounts whose address nobody verified.

use chrono::{DateTime, TimeDelta, Utc};
use common::{db::Tx, events::Failure, jobs::Job};
use uuid::Uuid;

use crate::account;

/// Timer that deletes a pending account.
pub(super) const EXPIRE: &str = "account.expire";

/// So long an address may stay unverified; its link works as long.
pub(super) const PENDING: TimeDelta = TimeDelta::hours(24);

/// Nobody else has heard of the account, so its rows are all there is to delete.
pub(super) async fn run(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let id: Uuid = job.key.parse().map_err(|e| Failure::Permanent(format!("{}: {e}", job.key)))?;
    account::delete_pending(tx, id).await?;
    Ok(None)
}
