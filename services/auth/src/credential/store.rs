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
    pub subject: String,
    pub added_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
    /// Since when the provider says that it opens nothing any more, of a last way in.
    pub unlinked_at: Option<DateTime<Utc>>,
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
        .select((
            credentials::issuer,
            credentials::subject,
            credentials::added_at,
            credentials::last_used_at,
            credentials::unlinked_at,
        ))
        .load(c)
        .await
}

/// Of one account at one issuer; false if there is none.
pub async fn delete(tx: &mut Tx<'_>, account: Uuid, issuer: &str) -> QueryResult<bool> {
    let found =
        credentials::table.filter(credentials::account_id.eq(account)).filter(credentials::issuer.eq(issuer));
    Ok(diesel::delete(found).execute(tx).await? > 0)
}

/// The provider says that it opens nothing any more, and no other way in is left: it stays as the way back.
pub async fn mark_unlinked(
    tx: &mut Tx<'_>,
    account: Uuid,
    issuer: &str,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let found =
        credentials::table.filter(credentials::account_id.eq(account)).filter(credentials::issuer.eq(issuer));
    diesel::update(found).set(credentials::unlinked_at.eq(at)).execute(tx).await?;
    Ok(())
}

/// It opens the account again; false if it did all along.
pub async fn unmark(tx: &mut Tx<'_>, account: Uuid, issuer: &str) -> QueryResult<bool> {
    let found = credentials::table
        .filter(credentials::account_id.eq(account))
        .filter(credentials::issuer.eq(issuer))
        .filter(credentials::unlinked_at.is_not_null());
    let marked = diesel::update(found).set(credentials::unlinked_at.eq(None::<DateTime<Utc>>));
    Ok(marked.execute(tx).await? > 0)
}

/// What was left as the way back goes: there is another one. False if there was none.
pub async fn delete_unlinked(tx: &mut Tx<'_>, account: Uuid) -> QueryResult<bool> {
    let marked = credentials::table
        .filter(credentials::account_id.eq(account))
        .filter(credentials::unlinked_at.is_not_null());
    Ok(diesel::delete(marked).execute(tx).await? > 0)
}
