//! The log of a service: what its relay has moved, in order.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use pg::{Connection, Failure, schema::event_log};

use crate::Record;

/// A batch of what stands behind `after`.
///
/// # Errors
/// PostgreSQL is unavailable.
pub(crate) async fn read_after(
    connection: &mut Connection,
    after: i64,
    limit: i64,
) -> Result<Vec<Record>, Failure> {
    let log = event_log::table.filter(event_log::position.gt(after)).order(event_log::position).limit(limit);
    Ok(log.select(Record::as_select()).load(&mut **connection).await?)
}
