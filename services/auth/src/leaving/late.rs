//! The alarm: a service has not answered in time that it has erased.

use chrono::{DateTime, Utc};
use common::{db::Tx, events::Failure, jobs::Job, metrics::Metrics};

use super::{
    domain::{PATIENCE, missing},
    erase::account_of,
    store,
};

/// Looks for receipts, and again in an hour unless all are there.
pub(super) async fn run(
    tx: &mut Tx<'_>,
    job: Job,
    metrics: &Metrics,
) -> Result<Option<DateTime<Utc>>, Failure> {
    let (id, now) = (account_of(&job)?, tx.clock().now());
    let missing = missing(&store::list_receipts(tx, id).await?);
    for service in missing.iter().copied() {
        tracing::error!(service, account.id = %id, "has not answered that it has erased this account");
        metrics.late_receipt(service);
    }
    Ok((!missing.is_empty()).then(|| now + PATIENCE))
}
