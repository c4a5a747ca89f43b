//! The listings behind some keys, as a page shows them.

use chrono::{DateTime, Utc};
use common::db::prepared;
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Array, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{
    catalogue::api::{Mode, State, Times},
    listing::{Category, ListingKind},
    membership::api::CardParts,
};

/// What a page shows and the formula weighs.
pub(in crate::search) struct Candidate {
    pub id: Uuid,
    pub owner: CardParts,
    pub title: String,
    pub category: Category,
    /// Empty unless it was asked for.
    pub body: String,
    pub minutes: i32,
    pub mode: Mode,
    pub region_code: String,
    pub times: Times,
    pub state: State,
    pub published_at: DateTime<Utc>,
}

/// A row by the position of its columns: a page reads a hundred of them, and names would be looked up in each.
type Columns = (
    SqlUuid,
    SqlUuid,
    Text,
    Text,
    Text,
    Integer,
    Text,
    Text,
    Integer,
    Text,
    Timestamptz,
    Nullable<Text>,
    Nullable<Text>,
    Nullable<Integer>,
    Nullable<Timestamptz>,
);

#[derive(Queryable)]
struct CandidateRow {
    id: Uuid,
    owner_id: Uuid,
    title: String,
    category: String,
    body: String,
    minutes: i32,
    mode: String,
    region_code: String,
    times: i32,
    state: String,
    published_at: DateTime<Utc>,
    owner_name: Option<String>,
    owner_region: Option<String>,
    owner_given: Option<i32>,
    owner_gone_at: Option<DateTime<Utc>>,
}

/// The listings of some keys with their owners, in no order. Each owner is looked up by its id: whatever the planner thinks of
/// the number of keys, it must not read all members.
pub(in crate::search) async fn candidates(
    c: &mut AsyncPgConnection,
    kind: ListingKind,
    ids: Vec<Uuid>,
    with_body: bool,
) -> QueryResult<Vec<Candidate>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = sql::<Columns>("SELECT l.id, l.owner_id, l.title, l.category, CASE WHEN ")
        .bind::<Bool, _>(with_body)
        .sql(
            " THEN l.body ELSE '' END, l.minutes, l.mode, l.region_code, l.times, l.state, l.published_at, m.name, \
             m.region_code, m.given_count, m.gone_at FROM listings l LEFT JOIN LATERAL \
             (SELECT name, region_code, given_count, gone_at FROM members WHERE id = l.owner_id LIMIT 1) m ON true \
             WHERE l.id = ANY(",
        )
        .bind::<Array<SqlUuid>, _>(ids)
        .sql(") AND l.kind = ")
        .bind::<Text, _>(kind.as_str());
    let rows: Vec<CandidateRow> = prepared(query).load(c).await?;
    let candidate = |row: CandidateRow| {
        Some(Candidate {
            id: row.id,
            owner: CardParts {
                id: row.owner_id,
                name: row.owner_name,
                region_code: row.owner_region,
                given_count: row.owner_given.unwrap_or_default(),
                gone_at: row.owner_gone_at,
            },
            category: Category::parse(&row.category).ok()?,
            mode: Mode::parse(&row.mode).ok()?,
            state: State::parse(&row.state)?,
            title: row.title,
            body: row.body,
            minutes: row.minutes,
            region_code: row.region_code,
            times: Times::of_bits(row.times),
            published_at: row.published_at,
        })
    };
    Ok(rows.into_iter().filter_map(candidate).collect())
}
