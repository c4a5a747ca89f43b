//! SQL of the table `throttles`.

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::domain::Counter;
use crate::schema::throttles;

/// The counter under this key, locked; a new one if there is none. One statement: between two, somebody else's success
/// may delete the row.
pub async fn lock(tx: &mut Tx<'_>, key: &[u8], now: DateTime<Utc>) -> QueryResult<Counter> {
    let new = Counter::new(now);
    let (attempts, since, blocked_until) = diesel::insert_into(throttles::table)
        .values((
            throttles::key.eq(key),
            throttles::attempts.eq(new.attempts),
            throttles::since.eq(new.since),
            throttles::forget_at.eq(now),
        ))
        .on_conflict(throttles::key)
        .do_update()
        .set(throttles::attempts.eq(throttles::attempts))
        .returning((throttles::attempts, throttles::since, throttles::blocked_until))
        .get_result(tx)
        .await?;
    Ok(Counter { attempts, since, blocked_until })
}

pub async fn update(
    tx: &mut Tx<'_>,
    key: &[u8],
    counter: &Counter,
    forget_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(throttles::table.find(key))
        .set((
            throttles::attempts.eq(counter.attempts),
            throttles::since.eq(counter.since),
            throttles::blocked_until.eq(counter.blocked_until),
            throttles::forget_at.eq(forget_at),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// One attempt less, and no wait: if this attempt led to one, it was the last allowed.
pub async fn decrement(tx: &mut Tx<'_>, key: &[u8]) -> QueryResult<()> {
    diesel::update(throttles::table.find(key).filter(throttles::attempts.gt(0)))
        .set((
            throttles::attempts.eq(throttles::attempts - 1),
            throttles::blocked_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn delete(tx: &mut Tx<'_>, key: &[u8]) -> QueryResult<()> {
    diesel::delete(throttles::table.find(key)).execute(tx).await?;
    Ok(())
}

pub async fn find_forget_at(tx: &mut Tx<'_>, key: &[u8]) -> QueryResult<Option<DateTime<Utc>>> {
    throttles::table.find(key).select(throttles::forget_at).first(tx).await.optional()
}
