//! All SQL of conversations.

use common::db::prepared;
use diesel::{QueryResult, QueryableByName, sql_types::Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// The conversation there is; else makes it.
pub(super) async fn of_visitor(
    mut c: &AsyncPgConnection,
    listing: Uuid,
    visitor: Uuid,
    fresh: Uuid,
) -> QueryResult<Uuid> {
    let row = diesel::sql_query(
        "INSERT INTO conversations AS c (listing_id, visitor_id, id) VALUES ($1, $2, $3) \
         ON CONFLICT (listing_id, visitor_id) DO UPDATE SET id = c.id RETURNING id",
    )
    .bind::<SqlUuid, _>(listing)
    .bind::<SqlUuid, _>(visitor)
    .bind::<SqlUuid, _>(fresh);
    Ok(prepared(row).get_result::<Row>(&mut c).await?.id)
}
