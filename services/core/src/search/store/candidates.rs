//! The listings behind some keys, as a page shows them.

use chrono::{DateTime, Utc};
use common::db::prepared;
use diesel::{
    prelude::*,
    sql_types::{Array, Bool, Integer, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::{
    catalogue::api::{Mode, State, Times},
    listing::{Category, ListingKind},
};

/// What a page shows and the formula weighs.
pub(in crate::search) struct Candidate {
    pub id: Uuid,
    pub owner: Uuid,
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

#[derive(QueryableByName)]
struct CandidateRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    owner_id: Uuid,
    #[diesel(sql_type = Text)]
    title: String,
    #[diesel(sql_type = Text)]
    category: String,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = Integer)]
    minutes: i32,
    #[diesel(sql_type = Text)]
    mode: String,
    #[diesel(sql_type = Text)]
    region_code: String,
    #[diesel(sql_type = Integer)]
    times: i32,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Timestamptz)]
    published_at: DateTime<Utc>,
}

/// The listings of some keys, in no order.
pub(in crate::search) async fn candidates(
    c: &mut AsyncPgConnection,
    kind: ListingKind,
    ids: Vec<Uuid>,
    with_body: bool,
) -> QueryResult<Vec<Candidate>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = diesel::sql_query(
        "SELECT id, owner_id, title, category, CASE WHEN $3 THEN body ELSE '' END AS body, minutes, mode, region_code, \
         times, state, published_at FROM listings WHERE id = ANY($1) AND kind = $2",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Text, _>(kind.as_str())
    .bind::<Bool, _>(with_body);
    let rows: Vec<CandidateRow> = prepared(query).load(c).await?;
    let candidate = |row: CandidateRow| {
        Some(Candidate {
            id: row.id,
            owner: row.owner_id,
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
