//! SQL of the table `device_sessions`.

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::domain::{Cause, DeviceSession, Previous};
use crate::schema::device_sessions;

#[derive(Queryable, Selectable)]
#[diesel(table_name = device_sessions)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    expires_at: DateTime<Utc>,
    family_key: Vec<u8>,
    current_hash: Vec<u8>,
    previous_hash: Option<Vec<u8>>,
    previous_salt: Option<Vec<u8>>,
    rotated_at: Option<DateTime<Utc>>,
    ended_cause: Option<String>,
    proved_at: Option<DateTime<Utc>>,
}

impl From<Row> for DeviceSession {
    fn from(row: Row) -> Self {
        let previous = match (row.previous_hash, row.previous_salt, row.rotated_at) {
            (Some(hash), Some(salt), Some(replaced_at)) => Some(Previous { hash, salt, replaced_at }),
            _ => None,
        };
        Self {
            id: row.id,
            account: row.account_id,
            expires_at: row.expires_at,
            family_key: row.family_key,
            current: row.current_hash,
            previous,
            ended: row.ended_cause.as_deref().map(cause_of),
            proved_at: row.proved_at,
        }
    }
}

const fn code_of(cause: Cause) -> &'static str {
    match cause {
        Cause::Logout => "logout",
        Cause::LogoutAll => "logout_all",
        Cause::DeviceRemoved => "device_removed",
        Cause::PasswordChanged => "password_changed",
        Cause::Reuse => "reuse",
    }
}

fn cause_of(code: &str) -> Cause {
    match code {
        "logout" => Cause::Logout,
        "logout_all" => Cause::LogoutAll,
        "password_changed" => Cause::PasswordChanged,
        "reuse" => Cause::Reuse,
        _ => Cause::DeviceRemoved,
    }
}

/// A new device session as it is stored.
pub struct New<'a> {
    pub id: Uuid,
    pub account: Uuid,
    pub label: Option<&'a str>,
    pub at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub family_key: &'a [u8],
    pub current: &'a [u8],
}

pub async fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> QueryResult<()> {
    diesel::insert_into(device_sessions::table)
        .values((
            device_sessions::id.eq(new.id),
            device_sessions::account_id.eq(new.account),
            device_sessions::label.eq(new.label),
            device_sessions::created_at.eq(new.at),
            device_sessions::last_seen_at.eq(new.at),
            device_sessions::expires_at.eq(new.expires_at),
            device_sessions::family_key.eq(new.family_key),
            device_sessions::current_hash.eq(new.current),
            // A log-in is a proof.
            device_sessions::proved_at.eq(new.at),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn find(c: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<DeviceSession>> {
    let found = device_sessions::table.find(id).select(Row::as_select()).first(c).await.optional()?;
    Ok(found.map(Into::into))
}

/// The device session, locked. A transaction that also locks the account does so before.
pub async fn lock(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<DeviceSession>> {
    let found =
        device_sessions::table.find(id).select(Row::as_select()).for_update().first(tx).await.optional()?;
    Ok(found.map(Into::into))
}

pub async fn rotate(
    tx: &mut Tx<'_>,
    id: Uuid,
    current: &[u8],
    previous: &Previous,
    expires_at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(device_sessions::table.find(id))
        .set((
            device_sessions::current_hash.eq(current),
            device_sessions::previous_hash.eq(&previous.hash),
            device_sessions::previous_salt.eq(&previous.salt),
            device_sessions::rotated_at.eq(previous.replaced_at),
            device_sessions::last_seen_at.eq(previous.replaced_at),
            device_sessions::expires_at.eq(expires_at),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn update_proved_at(tx: &mut Tx<'_>, id: Uuid, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(device_sessions::table.find(id))
        .set(device_sessions::proved_at.eq(at))
        .execute(tx)
        .await?;
    Ok(())
}

/// A device session that was just ended.
pub struct Ended {
    pub label: Option<String>,
}

/// Ends one device session of this account; none if it is not there, or over already.
pub async fn end(
    tx: &mut Tx<'_>,
    account: Uuid,
    id: Uuid,
    cause: Cause,
    now: DateTime<Utc>,
) -> QueryResult<Option<Ended>> {
    let live = device_sessions::table
        .find(id)
        .filter(device_sessions::account_id.eq(account))
        .filter(device_sessions::ended_at.is_null())
        .filter(device_sessions::expires_at.gt(now));
    let ended = diesel::update(live)
        .set((device_sessions::ended_at.eq(now), device_sessions::ended_cause.eq(code_of(cause))))
        .returning(device_sessions::label)
        .get_result::<Option<String>>(tx)
        .await
        .optional()?;
    Ok(ended.map(|label| Ended { label }))
}

/// Ends all device sessions of this account but one; answers which.
pub async fn end_all(
    tx: &mut Tx<'_>,
    account: Uuid,
    but: Option<Uuid>,
    cause: Cause,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Uuid>> {
    let live = device_sessions::table
        .filter(device_sessions::account_id.eq(account))
        .filter(device_sessions::id.ne(but.unwrap_or_default()))
        .filter(device_sessions::ended_at.is_null())
        .filter(device_sessions::expires_at.gt(now));
    diesel::update(live)
        .set((device_sessions::ended_at.eq(now), device_sessions::ended_cause.eq(code_of(cause))))
        .returning(device_sessions::id)
        .get_results(tx)
        .await
}

/// The device sessions of this account beyond the `most` that were used last, the one unused for the longest first.
pub async fn list_surplus(
    tx: &mut Tx<'_>,
    account: Uuid,
    most: i64,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Uuid>> {
    let mut surplus: Vec<Uuid> = device_sessions::table
        .filter(device_sessions::account_id.eq(account))
        .filter(device_sessions::ended_at.is_null())
        .filter(device_sessions::expires_at.gt(now))
        .order((device_sessions::last_seen_at.desc(), device_sessions::id.desc()))
        .offset(most)
        .select(device_sessions::id)
        .load(tx)
        .await?;
    surplus.reverse();
    Ok(surplus)
}

/// A device in the list.
#[derive(Queryable)]
pub struct Listed {
    pub id: Uuid,
    pub label: Option<String>,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
}

/// Devices that are logged in, the latest used first; a hundred at most, from when there was no limit.
pub async fn list(c: &mut AsyncPgConnection, account: Uuid, now: DateTime<Utc>) -> QueryResult<Vec<Listed>> {
    device_sessions::table
        .filter(device_sessions::account_id.eq(account))
        .filter(device_sessions::ended_at.is_null())
        .filter(device_sessions::expires_at.gt(now))
        .order((device_sessions::last_seen_at.desc(), device_sessions::id.desc()))
        .limit(100)
        .select((
            device_sessions::id,
            device_sessions::label,
            device_sessions::created_at,
            device_sessions::last_seen_at,
        ))
        .load(c)
        .await
}

pub async fn find_expiry(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<DateTime<Utc>>> {
    device_sessions::table.find(id).select(device_sessions::expires_at).first(tx).await.optional()
}

pub async fn delete(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    diesel::delete(device_sessions::table.find(id)).execute(tx).await?;
    Ok(())
}
