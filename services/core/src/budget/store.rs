//! All SQL of budgets.

use chrono::{DateTime, Utc};
use common::db::{Tx, prepared};
use diesel::{
    prelude::*,
    sql_types::{Array, Integer, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{
    domain::{Kind, Recent},
    schema::budgets,
};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    count: i32,
    #[diesel(sql_type = Timestamptz)]
    oldest: DateTime<Utc>,
}

/// Notes one use of each and answers with what is within their windows then. The rows stay locked until the transaction
/// ends, so requests of one account count one after the other, in whichever process; a refusal takes its use back.
pub(super) async fn note(
    mut c: &AsyncPgConnection,
    account: Uuid,
    uses: &[(Kind, Uuid)],
    now: DateTime<Utc>,
) -> QueryResult<Vec<(Kind, Recent)>> {
    let names: Vec<&str> = uses.iter().map(|(kind, _)| kind.budget().name).collect();
    let toward: Vec<Uuid> = uses.iter().map(|(_, toward)| *toward).collect();
    let until: Vec<_> = uses.iter().map(|(kind, _)| now + kind.budget().window()).collect();
    let note = diesel::sql_query(
        "INSERT INTO budgets AS b (account_id, kind, toward, times, until) \
         SELECT $1, n.kind, n.toward, ARRAY[$2], n.until FROM unnest($3, $4, $5) AS n (kind, toward, until) \
         ON CONFLICT (account_id, kind, toward) DO UPDATE SET until = excluded.until, times = ARRAY(\
         SELECT at FROM unnest(b.times) AS at WHERE at > excluded.times[1] - (excluded.until - excluded.times[1]) \
         ORDER BY at) || excluded.times \
         RETURNING kind, cardinality(times) AS count, times[1] AS oldest",
    )
    .bind::<SqlUuid, _>(account)
    .bind::<Timestamptz, _>(now)
    .bind::<Array<Text>, _>(names)
    .bind::<Array<SqlUuid>, _>(toward)
    .bind::<Array<Timestamptz>, _>(until);
    let rows: Vec<Row> = prepared(note).load(&mut c).await?;
    let of = |row: &Row| uses.iter().find(|(kind, _)| kind.budget().name == row.kind).map(|(kind, _)| *kind);
    let recent =
        |row: &Row| Recent { count: usize::try_from(row.count).unwrap_or_default(), oldest: row.oldest };
    Ok(rows.iter().filter_map(|row| Some((of(row)?, recent(row)))).collect())
}

/// Forgets what this account did toward that one. Deferred.
pub(super) fn forget(tx: &mut Tx<'_>, account: Uuid, kind: Kind, toward: Uuid) {
    tx.defer(diesel::delete(budgets::table.find((account, kind.budget().name, toward))));
}

/// Forgets what of this account counts no more. Deferred.
pub(super) fn prune(tx: &mut Tx<'_>, account: Uuid) {
    let now = tx.clock().now();
    tx.defer(diesel::delete(
        budgets::table.filter(budgets::account_id.eq(account)).filter(budgets::until.le(now)),
    ));
}

/// Forgets all rows of this account and those toward it. Deferred.
pub(super) fn forget_all(tx: &mut Tx<'_>, account: Uuid) {
    tx.defer(diesel::delete(
        budgets::table.filter(budgets::account_id.eq(account).or(budgets::toward.eq(account))),
    ));
}
