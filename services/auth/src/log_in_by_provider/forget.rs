//! Deletes visits that nobody has finished.

use chrono::{DateTime, Utc};
use common::{db::Tx, events::Failure, jobs::Job};

use super::store;

/// Timer that deletes a visit's row.
pub(super) const FORGET: &str = "authorization.forget";

pub(super) async fn run(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let state = hex::decode(&job.key).map_err(|e| Failure::Permanent(e.to_string()))?;
    store::delete(tx, &state).await?;
    Ok(None)
}
