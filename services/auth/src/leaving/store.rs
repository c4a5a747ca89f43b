//! SQL of the tables `erasures` and `erasure_receipts`, and of what this service has of an account beside the account's own rows.

use chrono::{DateTime, Utc};
use common::db::{Tx, schema::idempotency};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::schema::{erasure_receipts, erasures};

/// Puts the account into the ledger, where it may be already. Its row there is locked.
pub async fn put_into_ledger(tx: &mut Tx<'_>, account: Uuid, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(erasures::table)
        .values((erasures::account_id.eq(account), erasures::requested_at.eq(at)))
        .on_conflict(erasures::account_id)
        .do_update()
        .set(erasures::requested_at.eq(erasures::requested_at))
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes that a service has answered; it may have before.
pub async fn insert_receipt(
    tx: &mut Tx<'_>,
    account: Uuid,
    service: &str,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(erasure_receipts::table)
        .values((
            erasure_receipts::account_id.eq(account),
            erasure_receipts::service.eq(service),
            erasure_receipts::received_at.eq(at),
        ))
        .on_conflict_do_nothing()
        .execute(tx)
        .await?;
    Ok(())
}

/// The services that have answered.
pub async fn list_receipts(tx: &mut Tx<'_>, account: Uuid) -> QueryResult<Vec<String>> {
    erasure_receipts::table
        .filter(erasure_receipts::account_id.eq(account))
        .select(erasure_receipts::service)
        .load(tx)
        .await
}

/// Nothing of the account is left but its line in the ledger.
pub async fn finish(tx: &mut Tx<'_>, account: Uuid, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::delete(idempotency::table.filter(idempotency::account_id.eq(account))).execute(tx).await?;
    diesel::update(erasures::table.find(account).filter(erasures::erased_at.is_null()))
        .set(erasures::erased_at.eq(at))
        .execute(tx)
        .await?;
    Ok(())
}
