//! SQL of the table `mail.deliveries`.

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::schema::deliveries;

/// Queues a mail; false if it is known already.
pub async fn insert(
    tx: &mut Tx<'_>,
    id: Uuid,
    kind: &str,
    requested_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let inserted = diesel::insert_into(deliveries::table)
        .values((
            deliveries::mail_id.eq(id),
            deliveries::kind.eq(kind),
            deliveries::state.eq("queued"),
            deliveries::attempts.eq(0),
            deliveries::requested_at.eq(requested_at),
            deliveries::changed_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(tx)
        .await?;
    Ok(inserted > 0)
}

/// A delivery as it stands.
#[derive(Clone, Debug, Queryable)]
pub struct Delivery {
    pub state: String,
    pub leased_until: Option<DateTime<Utc>>,
    pub attempts: i32,
    pub requested_at: DateTime<Utc>,
}

/// The delivery, locked.
pub async fn lock(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<Delivery>> {
    deliveries::table
        .find(id)
        .select((deliveries::state, deliveries::leased_until, deliveries::attempts, deliveries::requested_at))
        .for_update()
        .first(tx)
        .await
        .optional()
}

/// Somebody is at it until then.
pub async fn update_sending(
    tx: &mut Tx<'_>,
    id: Uuid,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(deliveries::table.find(id))
        .set((
            deliveries::state.eq("sending"),
            deliveries::leased_until.eq(until),
            deliveries::attempts.eq(deliveries::attempts + 1),
            deliveries::changed_at.eq(now),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// What became of an attempt: `queued`, `sent` or `failed`.
pub async fn update_done(
    tx: &mut Tx<'_>,
    id: Uuid,
    state: &'static str,
    answer: Option<i16>,
    cause: Option<&'static str>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(deliveries::table.find(id))
        .set((
            deliveries::state.eq(state),
            deliveries::leased_until.eq(None::<DateTime<Utc>>),
            deliveries::answer.eq(answer),
            deliveries::cause.eq(cause),
            deliveries::changed_at.eq(now),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn delete(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    diesel::delete(deliveries::table.find(id)).execute(tx).await?;
    Ok(())
}
