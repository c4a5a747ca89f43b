//! The clock of a listing: a week before its end the owner is notified, at the end it expires.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor, Failure},
    jobs::{Job, Schedule},
};
use diesel::QueryResult;
use serde_json::json;
use uuid::Uuid;

use super::{
    domain::{Due, Fact, Listing},
    events, store,
};

pub(super) const TIMER: &str = "catalogue.expire";

/// Sets the timer to the next moment that matters.
pub(super) async fn set_timer(tx: &mut Tx<'_>, listing: &Listing) -> QueryResult<()> {
    let at = listing.next_timer(tx.clock().now());
    tx.schedule(TIMER, listing.id, at, &json!({})).await
}

pub(super) async fn clear_timer(tx: &mut Tx<'_>, listing: &Listing) -> QueryResult<()> {
    forget_timer(tx, listing.id).await
}

/// Of a listing that is there no more.
pub(super) async fn forget_timer(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    tx.unschedule(TIMER, id).await
}

pub(super) async fn run(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let id: Uuid = job.key.parse().map_err(|e| Failure::Permanent(format!("{}: {e}", job.key)))?;
    let Some(listing) = store::lock_any(tx, id).await? else { return Ok(None) };
    match listing.due(tx.clock().now()) {
        Due::Nothing => Ok(None),
        Due::Warn => {
            events::publish(tx, Actor::Clock, &listing, Fact::ExpiringSoon).await?;
            Ok(Some(listing.expires_at))
        }
        Due::Expire => {
            let expired = listing.expire();
            store::update_state(tx, &expired).await?;
            events::publish(tx, Actor::Clock, &expired, Fact::Expired).await?;
            Ok(None)
        }
    }
}
