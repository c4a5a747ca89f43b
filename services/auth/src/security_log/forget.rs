//! Deletes entries whose time is over.

use chrono::{DateTime, Utc};
use common::{db::Tx, events::Failure, jobs::Job};
use uuid::Uuid;

use super::store;

/// Timer that deletes an entry.
pub(super) const FORGET: &str = "security_log.forget";

pub(super) async fn run(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let id: Uuid = job.key.parse().map_err(|e| Failure::Permanent(format!("{}: {e}", job.key)))?;
    store::delete(tx, id).await?;
    Ok(None)
}
