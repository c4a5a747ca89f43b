//! Log-ins that failed, added up. Whose they were is looked up afterwards: a log-in that fails does the same work whether the address
//! has an account or not.

use chrono::{DateTime, Utc};
use common::{
    Ctx,
    db::Tx,
    events::Failure,
    http::Problem,
    jobs::{Job, Schedule},
};

use super::{
    api,
    domain::{Entry, Place, SUM, SecurityEventKind},
    store,
};
use crate::account::{self, Email, as_before};

/// Timer that looks up whose log-in failed.
pub(super) const FAILED: &str = "security_log.failed";

/// Somebody tried a wrong password for this address, as it was typed.
pub(crate) async fn log_in_failed(cx: &Ctx, typed: &str) -> Result<(), Problem> {
    cx.tx(async |mut tx: Tx<'_>| {
        let (key, now) = (tx.clock().id(), tx.clock().now());
        Ok(tx.schedule(FAILED, key, now, &as_before(typed)).await?)
    })
    .await
}

/// The payload is the address as it was typed: it is in the table for as long as the job waits.
pub(super) async fn run(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let typed: String = serde_json::from_value(job.payload).map_err(|e| Failure::Permanent(e.to_string()))?;
    let email = Email::presented(&typed);
    let found = account::find_by_email(tx, &email, &typed).await?;
    let Some((owner, _)) = found.filter(|(account, _)| account.verified_at.is_some()) else {
        return Ok(None);
    };
    // Locked: of two at once the second adds to the first one's entry.
    account::lock_credential(tx, owner.id).await?;
    let at = job.run_at;
    if !store::add_failed(tx, owner.id, at - SUM, at).await? {
        let entry = Entry::of(SecurityEventKind::LogInsFailed, Place::default());
        api::record_at(tx, owner.id, at, entry).await?;
    }
    Ok(None)
}
