//! The clock: expires, starts, ends and settles whatever is due, in order, also after a long pause.

use chrono::{DateTime, TimeDelta, Utc};
use common::{db::Tx, events::Failure, jobs::Job};
use uuid::Uuid;

use super::{change, store};

/// How soon to come back to an engagement that somebody is changing at this moment.
const SOON: TimeDelta = TimeDelta::seconds(1);

/// Lets the clock catch up with the engagement that the job's key names.
pub(super) async fn run(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let id: Uuid = job.key.parse().map_err(|e| Failure::Permanent(format!("{}: {e}", job.key)))?;
    let now = tx.clock().now();
    // A change of an engagement holds its row and then wants its timer; this job holds the timer. It must not
    // wait for the row, or the two would wait for each other.
    let Some(before) = store::lock_if_free(tx, id).await? else {
        return Ok(store::find(tx, id).await?.map(|_| now + SOON));
    };
    let (after, facts) = before.engagement.clone().tick(now);
    if !facts.is_empty() {
        change::write(tx, Some(&before), &after, &facts, now).await?;
    }
    Ok(after.next_tick())
}
