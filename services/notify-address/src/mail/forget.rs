//! Deletes what is known of a mail that was sent, or not, long ago.

use chrono::{DateTime, TimeDelta, Utc};
use common::{db::Tx, events::Failure, jobs::Job};
use uuid::Uuid;

use super::store;

/// Timer that deletes a delivery.
pub(super) const FORGET: &str = "mail.forget";

/// Bounces come within days, questions within weeks.
pub(super) const KEEP: TimeDelta = TimeDelta::days(30);

pub(super) async fn run(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let id: Uuid = job.key.parse().map_err(|e| Failure::Permanent(format!("{}: {e}", job.key)))?;
    store::delete(tx, id).await?;
    Ok(None)
}
