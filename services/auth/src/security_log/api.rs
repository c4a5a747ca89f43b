//! What the other contexts may do with the log.

use chrono::{DateTime, Utc};
use common::{db::Tx, jobs::Schedule};
use diesel::QueryResult;
use uuid::Uuid;

use super::{
    domain::{Entry, KEEP},
    forget::FORGET,
    store,
};

pub(crate) use store::list;

/// Writes down what this transaction does. The account is there, and need not be locked.
pub(crate) async fn record(tx: &mut Tx<'_>, account: Uuid, entry: Entry) -> QueryResult<()> {
    let now = tx.clock().now();
    record_at(tx, account, now, entry).await
}

pub(super) async fn record_at(
    tx: &mut Tx<'_>,
    account: Uuid,
    at: DateTime<Utc>,
    entry: Entry,
) -> QueryResult<()> {
    let id = tx.clock().id();
    store::insert(tx, id, account, at, entry);
    tx.schedule(FORGET, id, at + KEEP, &()).await
}
