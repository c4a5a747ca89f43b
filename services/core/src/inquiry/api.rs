//! What other contexts may ask of inquiries.

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::store;

/// The inquiry that this member opened about this listing.
pub(crate) async fn find(c: &AsyncPgConnection, listing: Uuid, asker: Uuid) -> QueryResult<Option<Uuid>> {
    store::find(c, listing, asker).await
}
