//! SQL of the table `accounts`.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use common::db::Tx;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::domain::{Credential, Email, Locale};
use crate::schema::accounts;

/// An account without its password.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub id: Uuid,
    /// None where somebody joined through a provider that vouches for no address.
    pub email: Option<Email>,
    pub locale: Locale,
    pub created_at: DateTime<Utc>,
}

type Row = (Uuid, Option<String>, String, DateTime<Utc>);

const COLUMNS: (accounts::id, accounts::email, accounts::locale, accounts::created_at) =
    (accounts::id, accounts::email, accounts::locale, accounts::created_at);

fn account((id, email, locale, created_at): Row) -> Account {
    Account { id, email: email.map(Email::of), locale: Locale::of(&locale), created_at }
}

pub async fn is_taken(c: &mut AsyncPgConnection, email: &Email) -> QueryResult<bool> {
    let found = accounts::table.filter(accounts::email.eq(email.as_str()));
    diesel::select(diesel::dsl::exists(found)).get_result(c).await
}

/// The account that somebody logs in to: the one that kept an address as it was written before (`as_before`), or else the
/// one that has it in its form. One without a password is nobody's here.
pub async fn find_by_email(
    c: &mut AsyncPgConnection,
    email: &Email,
    as_before: &str,
) -> QueryResult<Option<(Account, Credential)>> {
    let found = accounts::table
        .filter(accounts::email.eq_any([email.as_str(), as_before]))
        .order(accounts::email.eq(as_before).desc())
        .filter(accounts::credential.is_not_null())
        .select((COLUMNS, accounts::credential.assume_not_null()))
        .first::<(Row, String)>(c)
        .await
        .optional()?;
    Ok(found.map(|(row, credential)| (account(row), Credential::of(credential))))
}

pub async fn get(c: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Account> {
    accounts::table.find(id).select(COLUMNS).first::<Row>(c).await.map(account)
}

/// The account and its password, if it has one.
pub async fn get_credential(
    c: &mut AsyncPgConnection,
    id: Uuid,
) -> QueryResult<(Account, Option<Credential>)> {
    let found = accounts::table.find(id).select((COLUMNS, accounts::credential));
    let (row, credential) = found.first::<(Row, Option<String>)>(c).await?;
    Ok((account(row), credential.map(Credential::of)))
}

/// The credential as it stands now; the account is locked.
pub async fn lock_credential(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<Credential>> {
    let found = accounts::table.find(id).select(accounts::credential).for_update();
    let found = found.first::<Option<String>>(tx).await.optional()?;
    Ok(found.flatten().map(Credential::of))
}

/// A new account; without a `credential` it has no password. `verified_at` is when the address was proved, if it was.
pub async fn insert(
    tx: &mut Tx<'_>,
    account: &Account,
    birth_date: NaiveDate,
    credential: Option<&Credential>,
    verified_at: Option<DateTime<Utc>>,
) -> QueryResult<()> {
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(account.id),
            accounts::email.eq(account.email.as_ref().map(Email::as_str)),
            accounts::email_verified_at.eq(verified_at),
            accounts::birth_date.eq(birth_date),
            accounts::locale.eq(account.locale.code()),
            accounts::credential.eq(credential.map(Credential::stored)),
            accounts::version.eq(0),
            accounts::created_at.eq(account.created_at),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

pub async fn update_credential(tx: &mut Tx<'_>, id: Uuid, credential: &Credential) -> QueryResult<()> {
    diesel::update(accounts::table.find(id))
        .set(accounts::credential.eq(credential.stored()))
        .execute(tx)
        .await?;
    Ok(())
}

/// Devices that are known from before are so no longer. In whole seconds, as devices know the time.
pub async fn forget_known_devices(tx: &mut Tx<'_>, id: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(accounts::table.find(id))
        .set(accounts::strangers_until.eq(now.trunc_subsecs(0)))
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether a device on which somebody logged in with this address at that time is still known.
pub async fn is_known_since(
    c: &mut AsyncPgConnection,
    email: &Email,
    as_before: &str,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let stranger = accounts::table
        .filter(accounts::email.eq_any([email.as_str(), as_before]))
        .filter(accounts::strangers_until.gt(at));
    diesel::select(diesel::dsl::not(diesel::dsl::exists(stranger))).get_result(c).await
}

/// Whether a device on which somebody logged in to this account at that time is still known.
pub async fn is_device_known_since(
    c: &mut AsyncPgConnection,
    id: Uuid,
    at: DateTime<Utc>,
) -> QueryResult<bool> {
    let stranger = accounts::table.find(id).filter(accounts::strangers_until.gt(at));
    diesel::select(diesel::dsl::not(diesel::dsl::exists(stranger))).get_result(c).await
}

/// The account's next version; the account is locked.
pub async fn next_version(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<i64> {
    diesel::update(accounts::table.find(id))
        .set(accounts::version.eq(accounts::version + 1))
        .returning(accounts::version)
        .get_result(tx)
        .await
}
