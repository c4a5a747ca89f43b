//! Deletes the rows of expired device sessions.

use chrono::{DateTime, Utc};
use common::{db::Tx, events::Failure, jobs::Job};
use uuid::Uuid;

use super::store;

/// Timer that deletes a device session's row.
pub(super) const FORGET: &str = "session.forget";

/// Deletes the device session when it is thirty days since it was last used. Until then the row of one that ended tells its
/// device why.
pub(super) async fn run(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let id: Uuid = job.key.parse().map_err(|e| Failure::Permanent(format!("{}: {e}", job.key)))?;
    match store::find_expiry(tx, id).await? {
        Some(later) if later > tx.clock().now() => Ok(Some(later)),
        Some(_) => {
            store::delete(tx, id).await?;
            Ok(None)
        }
        None => Ok(None),
    }
}
