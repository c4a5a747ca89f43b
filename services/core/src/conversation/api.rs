//! What other contexts may ask of conversations.

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::store;

/// The conversation of this visitor with the owner of the listing; from now on `fresh` when they have none. Its row is
/// locked until the transaction ends, so that two who begin at once begin the same.
pub(crate) async fn of_visitor(
    c: &AsyncPgConnection,
    listing: Uuid,
    visitor: Uuid,
    fresh: Uuid,
) -> QueryResult<Uuid> {
    store::of_visitor(c, listing, visitor, fresh).await
}
