//! Takes the rows of sessions away whose time is over.

use chrono::{DateTime, Utc};
use common::{db::Tx, events::Failure, jobs::Job};
use uuid::Uuid;

use super::store;

/// Timer that takes a session's row away.
pub(crate) const FORGET: &str = "session.forget";

/// Deletes the session when it is thirty days since it was last used. Until then the row of one that ended tells its
/// device why.
pub(crate) async fn forget(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
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
