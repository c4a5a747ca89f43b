//! Rows of `listings`, except for finding them: that is `search/store.rs`, the reading side of the same table.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use common::db::{Tx, prepared};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{self, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{
    domain::{Content, Listing, Mode, State, Times},
    schema::listings,
};
use crate::{
    listing::{Category, Index, ListingKind, ListingRef},
    membership::api::{CardColumns, CardParts},
    region::Dong,
};

#[derive(Queryable, Selectable)]
#[diesel(table_name = listings)]
struct ListingRow {
    id: Uuid,
    kind: String,
    owner_id: Uuid,
    title: String,
    body: String,
    category: String,
    minutes: i32,
    mode: String,
    region_code: String,
    times: i32,
    bring: String,
    state: String,
    published_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revision: i32,
    version: i64,
}

/// A word that the table's own checks let through.
fn known<T>(word: Option<T>, raw: &str) -> QueryResult<T> {
    word.ok_or_else(|| diesel::result::Error::DeserializationError(format!("unknown word {raw}").into()))
}

fn kind_of(raw: &str) -> QueryResult<ListingKind> {
    known(ListingKind::ALL.into_iter().find(|k| k.as_str() == raw), raw)
}

impl TryFrom<ListingRow> for Listing {
    type Error = diesel::result::Error;

    fn try_from(row: ListingRow) -> QueryResult<Self> {
        Ok(Self {
            id: row.id,
            kind: kind_of(&row.kind)?,
            owner: row.owner_id,
            state: known(State::parse(&row.state), &row.state)?,
            content: Content {
                category: known(Category::parse(&row.category).ok(), &row.category)?,
                mode: known(Mode::parse(&row.mode).ok(), &row.mode)?,
                title: row.title,
                body: row.body,
                minutes: row.minutes,
                region_code: row.region_code,
                times: Times::of_bits(row.times),
                bring: row.bring,
            },
            published_at: row.published_at,
            expires_at: row.expires_at,
            revision: row.revision,
            version: row.version,
        })
    }
}

/// A listing and its owner's card, in one statement.
pub(super) async fn find_with_owner(
    mut c: &AsyncPgConnection,
    of: ListingRef,
) -> QueryResult<Option<(Listing, CardParts)>> {
    type Columns = (
        listings::SqlType,
        (sql_types::Uuid, Nullable<Text>, Nullable<Text>, Integer, Nullable<Timestamptz>),
    );
    let query = sql::<Columns>(
        "SELECT l.id, l.kind, l.owner_id, l.title, l.body, l.category, l.minutes, l.mode, l.region_code, l.times, \
         l.bring, l.state, l.published_at, l.expires_at, l.revision, l.version, \
         m.id, m.name, m.region_code, m.given_count, m.gone_at \
         FROM listings l JOIN members m ON m.id = l.owner_id WHERE l.id = ",
    )
    .bind::<sql_types::Uuid, _>(of.id)
    .sql(" AND l.kind = ")
    .bind::<sql_types::Text, _>(of.kind.as_str());
    let row = prepared(query).get_result::<(ListingRow, CardColumns)>(&mut c).await.optional()?;
    row.map(|(listing, owner)| Ok((listing.try_into()?, owner.into()))).transpose()
}

pub(super) async fn find(
    c: &mut AsyncPgConnection,
    kind: ListingKind,
    id: Uuid,
) -> QueryResult<Option<Listing>> {
    let row = listings::table
        .filter(listings::id.eq(id))
        .filter(listings::kind.eq(kind.as_str()))
        .select(ListingRow::as_select())
        .first(c)
        .await
        .optional()?;
    row.map(Listing::try_from).transpose()
}

pub(super) async fn lock(
    mut c: &AsyncPgConnection,
    kind: ListingKind,
    id: Uuid,
) -> QueryResult<Option<Listing>> {
    let row = listings::table
        .filter(listings::id.eq(id))
        .filter(listings::kind.eq(kind.as_str()))
        .select(ListingRow::as_select())
        .for_no_key_update()
        .first(&mut c)
        .await
        .optional()?;
    row.map(Listing::try_from).transpose()
}

/// The listing of a timer, whichever kind it is.
pub(super) async fn lock_any(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<Listing>> {
    let row = listings::table
        .find(id)
        .select(ListingRow::as_select())
        .for_no_key_update()
        .first(tx)
        .await
        .optional()?;
    row.map(Listing::try_from).transpose()
}

/// All listings of a member, locked together with these of others in the order of their ids.
pub(super) async fn lock_of(tx: &mut Tx<'_>, owner: Uuid, others: &[Uuid]) -> QueryResult<Vec<Listing>> {
    let rows: Vec<ListingRow> = listings::table
        .filter(listings::owner_id.eq(owner).or(listings::id.eq_any(others)))
        .order(listings::id)
        .select(ListingRow::as_select())
        .for_no_key_update()
        .load(tx)
        .await?;
    rows.into_iter().filter(|row| row.owner_id == owner).map(Listing::try_from).collect()
}

/// Deletes all listings of a member; which they were.
pub(super) async fn delete_of(tx: &mut Tx<'_>, owner: Uuid) -> QueryResult<Vec<Uuid>> {
    diesel::delete(listings::table.filter(listings::owner_id.eq(owner)))
        .returning(listings::id)
        .get_results(tx)
        .await
}

/// How many of a member's listings stand or rest. Exact only while the member's row is locked.
pub(super) async fn count_open(tx: &mut Tx<'_>, owner: Uuid, kind: ListingKind) -> QueryResult<i64> {
    let now = tx.clock().now();
    listings::table
        .filter(listings::owner_id.eq(owner))
        .filter(listings::kind.eq(kind.as_str()))
        .filter(listings::state.eq_any([State::Open.as_str(), State::Paused.as_str()]))
        .filter(listings::expires_at.gt(now))
        .count()
        .get_result(tx)
        .await
}

/// Writes a new listing or new content, with what searches look at. Deferred.
pub(super) fn save(tx: &mut Tx<'_>, listing: &Listing, dong: &Dong) {
    let content = &listing.content;
    let index = Index::of(&content.title, content.category, &content.body);
    let save = diesel::sql_query(
        "INSERT INTO listings (id, kind, owner_id, title, body, category, minutes, mode, region_code, lat, lon, areas, \
         times, bring, state, published_at, expires_at, revision, version, tokens, title_tokens) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) \
         ON CONFLICT (id) DO UPDATE SET title = excluded.title, body = excluded.body, category = excluded.category, \
         minutes = excluded.minutes, mode = excluded.mode, region_code = excluded.region_code, lat = excluded.lat, \
         lon = excluded.lon, areas = excluded.areas, times = excluded.times, bring = excluded.bring, \
         revision = excluded.revision, version = excluded.version, tokens = excluded.tokens, \
         title_tokens = excluded.title_tokens",
    )
    .bind::<sql_types::Uuid, _>(listing.id)
    .bind::<sql_types::Text, _>(listing.kind.as_str())
    .bind::<sql_types::Uuid, _>(listing.owner)
    .bind::<sql_types::Text, _>(content.title.clone())
    .bind::<sql_types::Text, _>(content.body.clone())
    .bind::<sql_types::Text, _>(content.category.as_str())
    .bind::<sql_types::Integer, _>(content.minutes)
    .bind::<sql_types::Text, _>(content.mode.as_str())
    .bind::<sql_types::Text, _>(dong.code.clone())
    .bind::<sql_types::Double, _>(dong.lat)
    .bind::<sql_types::Double, _>(dong.lon)
    .bind::<sql_types::Array<sql_types::Integer>, _>(dong.areas.clone())
    .bind::<sql_types::Integer, _>(content.times.bits())
    .bind::<sql_types::Text, _>(content.bring.clone())
    .bind::<sql_types::Text, _>(listing.state.as_str())
    .bind::<sql_types::Timestamptz, _>(listing.published_at)
    .bind::<sql_types::Timestamptz, _>(listing.expires_at)
    .bind::<sql_types::Integer, _>(listing.revision)
    .bind::<sql_types::BigInt, _>(listing.version)
    .bind::<sql_types::Array<sql_types::Integer>, _>(index.tokens)
    .bind::<sql_types::Array<sql_types::Integer>, _>(index.title_tokens);
    tx.defer(prepared(save));
}

/// Writes where a listing stands in its life.
pub(super) async fn update_state(tx: &mut Tx<'_>, listing: &Listing) -> QueryResult<()> {
    diesel::update(listings::table.find(listing.id))
        .set((
            listings::state.eq(listing.state.as_str()),
            listings::published_at.eq(listing.published_at),
            listings::expires_at.eq(listing.expires_at),
            listings::version.eq(listing.version),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// A member's listings of a kind, newest first; only what stands open at `open_at`, or all of them.
pub(super) async fn list_of_member(
    mut c: &AsyncPgConnection,
    owner: Uuid,
    kind: ListingKind,
    open_at: Option<DateTime<Utc>>,
    after: Option<(DateTime<Utc>, Uuid)>,
    limit: i64,
) -> QueryResult<Vec<Listing>> {
    let mut query = listings::table
        .filter(listings::owner_id.eq(owner))
        .filter(listings::kind.eq(kind.as_str()))
        .order((listings::published_at.desc(), listings::id.desc()))
        .limit(limit)
        .select(ListingRow::as_select())
        .into_boxed();
    if let Some(now) = open_at {
        query = query.filter(listings::state.eq(State::Open.as_str())).filter(listings::expires_at.gt(now));
    }
    if let Some((at, id)) = after {
        query = query
            .filter(listings::published_at.lt(at).or(listings::published_at.eq(at).and(listings::id.lt(id))));
    }
    query.load::<ListingRow>(&mut c).await?.into_iter().map(Listing::try_from).collect()
}

/// Titles of listings of a kind; what is absent has none.
pub(super) async fn titles(
    c: &mut AsyncPgConnection,
    kind: ListingKind,
    ids: &[Uuid],
) -> QueryResult<HashMap<Uuid, String>> {
    let rows = listings::table
        .filter(listings::id.eq_any(ids))
        .filter(listings::kind.eq(kind.as_str()))
        .select((listings::id, listings::title))
        .load::<(Uuid, String)>(c)
        .await?;
    Ok(rows.into_iter().collect())
}

pub(super) async fn owner(
    c: &mut AsyncPgConnection,
    kind: ListingKind,
    id: Uuid,
) -> QueryResult<Option<Uuid>> {
    listings::table
        .filter(listings::id.eq(id))
        .filter(listings::kind.eq(kind.as_str()))
        .select(listings::owner_id)
        .first(c)
        .await
        .optional()
}
