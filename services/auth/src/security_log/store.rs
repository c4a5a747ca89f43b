//! SQL of the table `security_events`.

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::domain::{Entry, Logged, SecurityEventKind};
use crate::{provider::Provider, schema::security_events};

/// Adds an entry with the commit: nothing of the transaction reads it.
pub fn insert(tx: &mut Tx<'_>, id: Uuid, account: Uuid, at: DateTime<Utc>, entry: Entry) {
    let Entry { kind, place, provider, times } = entry;
    tx.defer(diesel::insert_into(security_events::table).values((
        security_events::id.eq(id),
        security_events::account_id.eq(account),
        security_events::kind.eq(kind.code()),
        security_events::happened_at.eq(at),
        security_events::last_at.eq(at),
        security_events::times.eq(times),
        security_events::device.eq(place.device),
        security_events::provider.eq(provider.map(Provider::code)),
        security_events::network_hash.eq(place.network.map(|hash| hash.to_vec())),
    )));
}

/// Adds a failed log-in to the latest entry of such, if there is one that began since; the account is locked.
pub async fn add_failed(
    tx: &mut Tx<'_>,
    account: Uuid,
    since: DateTime<Utc>,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let latest: Option<Uuid> = security_events::table
        .filter(security_events::account_id.eq(account))
        .filter(security_events::kind.eq(SecurityEventKind::LogInsFailed.code()))
        .filter(security_events::happened_at.gt(since))
        .order(security_events::id.desc())
        .select(security_events::id)
        .first(tx)
        .await
        .optional()?;
    let Some(latest) = latest else { return Ok(false) };
    diesel::update(security_events::table.find(latest))
        .set((security_events::times.eq(security_events::times + 1), security_events::last_at.eq(at)))
        .execute(tx)
        .await?;
    Ok(true)
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = security_events)]
struct Row {
    id: Uuid,
    kind: String,
    happened_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
    times: i32,
    device: Option<String>,
    provider: Option<String>,
    network_hash: Option<Vec<u8>>,
}

/// Of one account, the latest first. A kind that this version does not know is left out.
pub async fn list(
    c: &mut AsyncPgConnection,
    account: Uuid,
    before: Option<Uuid>,
    limit: i64,
) -> QueryResult<Vec<Logged>> {
    let mut page = security_events::table
        .filter(security_events::account_id.eq(account))
        .filter(security_events::kind.eq_any(SecurityEventKind::ALL.map(SecurityEventKind::code)))
        .order(security_events::id.desc())
        .limit(limit)
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        page = page.filter(security_events::id.lt(before));
    }
    let rows: Vec<Row> = page.load(c).await?;
    let logged = |row: Row| {
        Some(Logged {
            id: row.id,
            at: row.happened_at,
            last_at: row.last_at,
            kind: SecurityEventKind::of(&row.kind)?,
            times: row.times,
            device: row.device,
            provider: row.provider.as_deref().and_then(Provider::of),
            network: row.network_hash,
        })
    };
    Ok(rows.into_iter().filter_map(logged).collect())
}

pub async fn delete(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    diesel::delete(security_events::table.find(id)).execute(tx).await?;
    Ok(())
}
