//! One engagement, with and without a lock, and the open ones about a listing.
//!
//! **Locks** are always taken in this order, so that nobody waits in a circle: the listing (`catalogue::api::lock_need`,
//! `lock_open_listing`), its open proposals by id ([`lock_proposals`]), the engagement ([`lock`]), members by id
//! (`membership::api::lock_members`). An operation that needs fewer leaves some out and keeps the order.

use common::db::Tx;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::rows::{Saved, StoredEngagement, TermsRow};
use crate::engagement::schema::{engagement_parties, engagement_terms, engagements};

async fn with_terms(c: &mut AsyncPgConnection, row: Option<StoredEngagement>) -> QueryResult<Option<Saved>> {
    let Some(row) = row else { return Ok(None) };
    let current = engagement_terms::table
        .find((row.id, row.terms_version))
        .select(TermsRow::as_select())
        .first(c)
        .await?;
    row.with(current).map(Some)
}

/// As it stands.
pub(in crate::engagement) async fn find(c: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<Saved>> {
    let row = engagements::table.find(id).select(StoredEngagement::as_select()).first(c).await.optional()?;
    with_terms(c, row).await
}

/// As it stands, and nobody else changes it until this transaction ends.
pub(in crate::engagement) async fn lock(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<Saved>> {
    let row = engagements::table
        .find(id)
        .select(StoredEngagement::as_select())
        .for_no_key_update()
        .first(tx)
        .await
        .optional()?;
    with_terms(tx, row).await
}

/// As [`lock`], unless somebody is changing it at this moment.
pub(in crate::engagement) async fn lock_if_free(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<Saved>> {
    let row = engagements::table
        .find(id)
        .select(StoredEngagement::as_select())
        .for_no_key_update()
        .skip_locked()
        .first(tx)
        .await
        .optional()?;
    with_terms(tx, row).await
}

/// The open proposals about a listing, locked in the order of their ids; the listing itself is locked before.
pub(in crate::engagement) async fn lock_proposals(tx: &mut Tx<'_>, listing: Uuid) -> QueryResult<Vec<Saved>> {
    let rows: Vec<StoredEngagement> = engagements::table
        .filter(engagements::listing_id.eq(listing))
        .filter(engagements::state.eq("proposed"))
        .order(engagements::id)
        .select(StoredEngagement::as_select())
        .for_no_key_update()
        .load(tx)
        .await?;
    let mut saved = Vec::with_capacity(rows.len());
    for row in rows {
        saved.extend(with_terms(tx, Some(row)).await?);
    }
    Ok(saved)
}

/// The open proposal of these two about this listing.
pub(in crate::engagement) async fn open_proposal(
    c: &mut AsyncPgConnection,
    listing: Uuid,
    donor: Uuid,
    recipient: Uuid,
) -> QueryResult<Option<Uuid>> {
    engagements::table
        .filter(engagements::listing_id.eq(listing))
        .filter(engagements::donor_id.eq(donor))
        .filter(engagements::recipient_id.eq(recipient))
        .filter(engagements::state.eq("proposed"))
        .select(engagements::id)
        .first(c)
        .await
        .optional()
}

/// What a member has proposed, been asked or agreed to, by id: the engagement, and the kind and id of the listing.
pub(in crate::engagement) async fn open_of(
    c: &mut AsyncPgConnection,
    member: Uuid,
) -> QueryResult<Vec<(Uuid, String, Uuid)>> {
    engagement_parties::table
        .inner_join(engagements::table.on(engagements::id.eq(engagement_parties::engagement_id)))
        .filter(engagement_parties::member_id.eq(member))
        .filter(engagements::state.eq_any(["proposed", "scheduled"]))
        .order(engagements::id)
        .select((engagements::id, engagements::listing_kind, engagements::listing_id))
        .load(c)
        .await
}

/// What this member has under way with a listing: an open proposal first, else the latest agreement to come.
pub(in crate::engagement) async fn under_way(
    mut c: &AsyncPgConnection,
    listing: Uuid,
    member: Uuid,
) -> QueryResult<Option<Uuid>> {
    engagements::table
        .filter(engagements::listing_id.eq(listing))
        .filter(engagements::donor_id.eq(member).or(engagements::recipient_id.eq(member)))
        .filter(engagements::state.eq_any(["proposed", "scheduled", "in_progress"]))
        .order((engagements::state.eq("proposed").desc(), engagements::id.desc()))
        .select(engagements::id)
        .first(&mut c)
        .await
        .optional()
}

/// How many proposals about this need wait for its owner.
pub(in crate::engagement) async fn count_offers(mut c: &AsyncPgConnection, need: Uuid) -> QueryResult<i64> {
    engagements::table
        .inner_join(
            engagement_parties::table.on(engagement_parties::engagement_id
                .eq(engagements::id)
                .and(engagement_parties::member_id.eq(engagements::recipient_id))),
        )
        .filter(engagements::listing_id.eq(need))
        .filter(engagements::listing_kind.eq("need"))
        .filter(engagements::state.eq("proposed"))
        .filter(engagement_parties::tray.eq("turn"))
        .count()
        .get_result(&mut c)
        .await
}
