//! What was ever agreed and what happened: versions of the terms, facts.

use common::db::Tx;
use diesel::{prelude::*, sql_types::Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::rows::{FactRow, TermsRow, Version};
use crate::engagement::{
    domain::Engagement,
    facts::StoredFact,
    schema::{engagement_facts, engagement_terms},
};

/// Every version of the terms, oldest first.
pub(in crate::engagement) async fn versions(
    c: &mut AsyncPgConnection,
    id: Uuid,
) -> QueryResult<Vec<Version>> {
    let rows: Vec<TermsRow> = engagement_terms::table
        .filter(engagement_terms::engagement_id.eq(id))
        .order(engagement_terms::version)
        .select(TermsRow::as_select())
        .load(c)
        .await?;
    rows.into_iter().map(|row| Ok(Version { number: row.version, terms: row.terms()? })).collect()
}

/// Everything that happened, oldest first.
pub(in crate::engagement) async fn facts(
    c: &mut AsyncPgConnection,
    id: Uuid,
) -> QueryResult<Vec<StoredFact>> {
    let rows: Vec<FactRow> = engagement_facts::table
        .filter(engagement_facts::engagement_id.eq(id))
        .order(engagement_facts::sequence)
        .select(FactRow::as_select())
        .load(c)
        .await?;
    Ok(rows
        .into_iter()
        .map(|r| StoredFact {
            sequence: r.sequence,
            at: r.at,
            actor: r.actor,
            kind: r.kind,
            terms_version: r.terms_version,
            params: r.params,
        })
        .collect())
}

/// Writes the current terms as a new version. Deferred.
pub(in crate::engagement) fn insert_terms(tx: &mut Tx<'_>, e: &Engagement) {
    tx.defer(diesel::insert_into(engagement_terms::table).values(TermsRow::of(e)));
}

/// Adds to what happened. Deferred.
pub(in crate::engagement) fn insert_facts(tx: &mut Tx<'_>, id: Uuid, facts: Vec<StoredFact>) {
    let rows: Vec<FactRow> = facts
        .into_iter()
        .map(|f| FactRow {
            engagement_id: id,
            sequence: f.sequence,
            at: f.at,
            actor: f.actor,
            kind: f.kind,
            terms_version: f.terms_version,
            params: f.params,
        })
        .collect();
    tx.defer(diesel::insert_into(engagement_facts::table).values(rows));
}

/// Erases what a member wrote: places, what to bring, and the titles of their listings.
pub(in crate::engagement) async fn erase_texts(tx: &mut Tx<'_>, member: Uuid) -> QueryResult<()> {
    const OF_MEMBER: &str = "(SELECT engagement_id FROM engagement_parties WHERE member_id = $1)";
    for erase in [
        format!(
            "UPDATE engagement_terms SET place = '', bring = '' \
             WHERE put_by = $1 AND engagement_id IN {OF_MEMBER} AND (place <> '' OR bring <> '')"
        ),
        format!(
            "UPDATE engagements SET listing_title = '' WHERE id IN {OF_MEMBER} AND listing_title <> '' \
             AND CASE listing_kind WHEN 'talent' THEN donor_id ELSE recipient_id END = $1"
        ),
    ] {
        diesel::sql_query(erase).bind::<SqlUuid, _>(member).execute(tx).await?;
    }
    Ok(())
}
