//! Writing how an engagement stands: its row, and its place in the lists of both.

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{
    history::insert_terms,
    rows::{PartyRow, StoredEngagement},
};
use crate::engagement::{
    domain::Engagement,
    schema::{engagement_parties, engagements},
};

/// Writes a new engagement with its first terms.
pub(in crate::engagement) async fn insert(
    tx: &mut Tx<'_>,
    e: &Engagement,
    facts: i32,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(engagements::table).values(StoredEngagement::of(e, facts, now)?).execute(tx).await?;
    insert_terms(tx, e);
    Ok(())
}

/// Writes what changed; its row is locked. Deferred.
pub(in crate::engagement) fn update(
    tx: &mut Tx<'_>,
    e: &Engagement,
    facts: i32,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    tx.defer(diesel::update(engagements::table.find(e.id)).set(StoredEngagement::of(e, facts, now)?));
    Ok(())
}

/// Puts it where it now belongs in the lists of both. Deferred.
pub(in crate::engagement) fn put_in_folders(tx: &mut Tx<'_>, e: &Engagement, now: DateTime<Utc>) {
    use diesel::upsert::excluded;
    let rows = PartyRow::of_both(e, now);
    let put = diesel::insert_into(engagement_parties::table)
        .values(Vec::from(rows))
        .on_conflict((engagement_parties::engagement_id, engagement_parties::member_id))
        .do_update()
        .set((
            engagement_parties::tray.eq(excluded(engagement_parties::tray)),
            engagement_parties::sort_at.eq(excluded(engagement_parties::sort_at)),
            engagement_parties::updated_at.eq(excluded(engagement_parties::updated_at)),
            engagement_parties::record.eq(excluded(engagement_parties::record)),
            engagement_parties::starts_at.eq(excluded(engagement_parties::starts_at)),
        ));
    tx.defer(put);
}
