//! SQL of the table `authorization_requests`.

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::domain::{Purpose, Visit, return_to};
use crate::{provider::Provider, schema::authorization_requests};

type Row = (String, String, Option<Uuid>, String, DateTime<Utc>);

const COLUMNS: (
    authorization_requests::provider,
    authorization_requests::purpose,
    authorization_requests::account_id,
    authorization_requests::return_to,
    authorization_requests::expires_at,
) = (
    authorization_requests::provider,
    authorization_requests::purpose,
    authorization_requests::account_id,
    authorization_requests::return_to,
    authorization_requests::expires_at,
);

/// A row that this version cannot read leads nowhere.
fn visit((provider, purpose, account, to, expires_at): Row) -> Option<Visit> {
    let (provider, purpose) = (Provider::of(&provider)?, Purpose::of(&purpose)?);
    Some(Visit { provider, purpose, account, return_to: return_to(&to)?, expires_at })
}

pub async fn insert(
    tx: &mut Tx<'_>,
    state_hash: &[u8],
    browser_hash: &[u8],
    visit: &Visit,
) -> QueryResult<()> {
    diesel::insert_into(authorization_requests::table)
        .values((
            authorization_requests::state_hash.eq(state_hash),
            authorization_requests::browser_hash.eq(browser_hash),
            authorization_requests::provider.eq(visit.provider.code()),
            authorization_requests::purpose.eq(visit.purpose.code()),
            authorization_requests::account_id.eq(visit.account),
            authorization_requests::return_to.eq(visit.return_to),
            authorization_requests::expires_at.eq(visit.expires_at),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// Marks a visit as come back, once: of this browser and at this provider, and in time.
pub async fn arrive(
    tx: &mut Tx<'_>,
    state_hash: &[u8],
    browser_hash: &[u8],
    provider: Provider,
    now: DateTime<Utc>,
) -> QueryResult<Option<Visit>> {
    let waiting = authorization_requests::table
        .find(state_hash)
        .filter(authorization_requests::browser_hash.eq(browser_hash))
        .filter(authorization_requests::provider.eq(provider.code()))
        .filter(authorization_requests::expires_at.gt(now))
        .filter(authorization_requests::arrived_at.is_null());
    let row: Option<Row> = diesel::update(waiting)
        .set(authorization_requests::arrived_at.eq(now))
        .returning(COLUMNS)
        .get_result(tx)
        .await
        .optional()?;
    Ok(row.and_then(visit))
}

/// Ends a visit that has come back, once: of this browser.
pub async fn finish(tx: &mut Tx<'_>, state_hash: &[u8], browser_hash: &[u8]) -> QueryResult<Option<Visit>> {
    let arrived = authorization_requests::table
        .find(state_hash)
        .filter(authorization_requests::browser_hash.eq(browser_hash))
        .filter(authorization_requests::arrived_at.is_not_null());
    let row: Option<Row> = diesel::delete(arrived).returning(COLUMNS).get_result(tx).await.optional()?;
    Ok(row.and_then(visit))
}

pub async fn delete(tx: &mut Tx<'_>, state_hash: &[u8]) -> QueryResult<()> {
    diesel::delete(authorization_requests::table.find(state_hash)).execute(tx).await?;
    Ok(())
}
