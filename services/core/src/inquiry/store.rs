//! All SQL of inquiries.

use common::db::Tx;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::schema::inquiries;
use crate::listing::ListingRef;

pub(super) async fn find(mut c: &AsyncPgConnection, listing: Uuid, asker: Uuid) -> QueryResult<Option<Uuid>> {
    inquiries::table
        .filter(inquiries::listing_id.eq(listing))
        .filter(inquiries::asker_id.eq(asker))
        .select(inquiries::id)
        .first(&mut c)
        .await
        .optional()
}

/// Writes a new inquiry; false when these two have one about this listing already.
pub(super) async fn insert(
    tx: &mut Tx<'_>,
    id: Uuid,
    listing: ListingRef,
    asker: Uuid,
    owner: Uuid,
) -> QueryResult<bool> {
    let now = tx.clock().now();
    let rows = diesel::insert_into(inquiries::table)
        .values((
            inquiries::id.eq(id),
            inquiries::listing_kind.eq(listing.kind.as_str()),
            inquiries::listing_id.eq(listing.id),
            inquiries::asker_id.eq(asker),
            inquiries::owner_id.eq(owner),
            inquiries::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(tx)
        .await?;
    Ok(rows == 1)
}
