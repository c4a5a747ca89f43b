//! What other contexts may ask of the activity book.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::store;

/// Minutes on record of these two, of the one who has more, that began on the day in Korea of this moment. Exact only
/// while both are locked.
pub(crate) async fn on_day(c: &AsyncPgConnection, members: [Uuid; 2], at: DateTime<Utc>) -> QueryResult<i32> {
    store::on_day(c, members, at).await
}
