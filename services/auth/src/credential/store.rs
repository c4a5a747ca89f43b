//! SQL of the table `credentials`.

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::schema::credentials;

/// A way to log in, as it is stored.
pub struct New<'a> {
    pub id: Uuid,
    pub account: Uuid,
    pub issuer: &'a str,
    pub subject: &'a str,
    pub at: DateTime<Utc>,
}

/// A way to log in, as it is listed.
#[derive(Queryable)]
pub struct Listed {
    pub issuer: String,
    pub added_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
}

/// Whose it is.
pub async fn find_account(
    c: &mut AsyncPgConnection,
    issuer: &str,
    subject: &str,
) -> QueryResult<Option<Uuid>> {
    credentials::table
        .filter(credentials::issuer.eq(issuer))
        .filter(credentials::subject.eq(subject))
        .select(credentials::account_id)
        .first(c)
        .await
        .optional()
}

pub async fn insert(tx: &mut Tx<'_>, new: &New<'_>) -> QueryResult<()> {
    diesel::insert_into(credentials::table)
        .values((
            credentials::id.eq(new.id),
            credentials::account_id.eq(new.account),
            credentials::issuer.eq(new.issuer),
            credentials::subject.eq(new.subject),
            credentials::added_at.eq(new.at),
            credentials::last_used_at.eq(new.at),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// Notes that it was used, if it is still this account's.
pub async fn touch(
    tx: &mut Tx<'_>,
    account: Uuid,
    issuer: &str,
    subject: &str,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let found = credentials::table
        .filter(credentials::account_id.eq(account))
        .filter(credentials::issuer.eq(issuer))
        .filter(credentials::subject.eq(subject));
    let touched = diesel::update(found).set(credentials::last_used_at.eq(at)).execute(tx).await?;
    Ok(touched > 0)
}

/// Of one account, the oldest first.
pub async fn list(c: &mut AsyncPgConnection, account: Uuid) -> QueryResult<Vec<Listed>> {
    credentials::table
        .filter(credentials::account_id.eq(account))
        .order(credentials::added_at)
        .select((credentials::issuer, credentials::added_at, credentials::last_used_at))
        .load(c)
        .await
}

/// Of one account at one issuer; false if there is none.
pub async fn delete(tx: &mut Tx<'_>, account: Uuid, issuer: &str) -> QueryResult<bool> {
    let found =
        credentials::table.filter(credentials::account_id.eq(account)).filter(credentials::issuer.eq(issuer));
    Ok(diesel::delete(found).execute(tx).await? > 0)
}
