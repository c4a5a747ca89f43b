//! Deletes mails whose time is over, with their links.

use chrono::{DateTime, Utc};
use common::{db::Tx, events::Failure, jobs::Job};
use uuid::Uuid;

use super::store;

/// Timer that deletes a mail.
pub(super) const FORGET: &str = "mail.forget";

pub(super) async fn run(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let id: Uuid = job.key.parse().map_err(|e| Failure::Permanent(format!("{}: {e}", job.key)))?;
    store::delete_mail(tx, id).await?;
    Ok(None)
}
