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
    /// Since when the address is known to be the person's own. Until then the account is pending: nobody else knows of it,
    /// and others may sign up with the same address.
    pub verified_at: Option<DateTime<Utc>>,
    /// When it is to be erased; until then its owner may take that back.
    pub erase_at: Option<DateTime<Utc>>,
}

type Row = (Uuid, Option<String>, String, DateTime<Utc>, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

const COLUMNS: (
    accounts::id,
    accounts::email,
    accounts::locale,
    accounts::created_at,
    accounts::email_verified_at,
    accounts::erase_at,
) = (
    accounts::id,
    accounts::email,
    accounts::locale,
    accounts::created_at,
    accounts::email_verified_at,
    accounts::erase_at,
);

fn account((id, email, locale, created_at, verified_at, erase_at): Row) -> Account {
    Account {
        id,
        email: email.map(Email::of),
        locale: Locale::of(&locale),
        created_at,
        verified_at,
        erase_at,
    }
}

/// The account whose address this is.
pub async fn find_verified(c: &mut AsyncPgConnection, email: &Email) -> QueryResult<Option<Uuid>> {
    let verified = accounts::table
        .filter(accounts::email.eq(email.as_str()))
        .filter(accounts::email_verified_at.is_not_null());
    verified.select(accounts::id).first(c).await.optional()
}

/// The account that somebody logs in to: the verified one before those that are pending, the latest of these first; of two
/// verified ones the one that kept an address as it was written before (`as_before`), or else the one that has it in its form.
/// It may have no password.
pub async fn find_by_email(
    c: &mut AsyncPgConnection,
    email: &Email,
    as_before: &str,
) -> QueryResult<Option<(Account, Option<Credential>)>> {
    let found = accounts::table
        .filter(accounts::email.eq_any([email.as_str(), as_before]))
        .order((
            accounts::email_verified_at.is_not_null().desc(),
            accounts::email.eq(as_before).desc(),
            accounts::created_at.desc(),
        ))
        .select((COLUMNS, accounts::credential))
        .first::<(Row, Option<String>)>(c)
        .await
        .optional()?;
    Ok(found.map(|(row, credential)| (account(row), credential.map(Credential::of))))
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

/// The password of an account that may be gone by now.
pub async fn find_credential(c: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<Credential>> {
    let found = accounts::table.find(id).select(accounts::credential);
    let found = found.first::<Option<String>>(c).await.optional()?;
    Ok(found.flatten().map(Credential::of))
}

/// The credential as it stands now; the account is locked.
pub async fn lock_credential(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<Credential>> {
    let found = accounts::table.find(id).select(accounts::credential).for_update();
    let found = found.first::<Option<String>>(tx).await.optional()?;
    Ok(found.flatten().map(Credential::of))
}

/// A new account; without a `credential` it has no password. `browser` is the hash of the mark of the browser that signs up.
pub async fn insert(
    tx: &mut Tx<'_>,
    account: &Account,
    birth_date: NaiveDate,
    credential: Option<&Credential>,
    browser: Option<&[u8]>,
) -> QueryResult<()> {
    diesel::insert_into(accounts::table)
        .values((
            accounts::id.eq(account.id),
            accounts::email.eq(account.email.as_ref().map(Email::as_str)),
            accounts::birth_date.eq(birth_date),
            accounts::locale.eq(account.locale.code()),
            accounts::credential.eq(credential.map(Credential::stored)),
            accounts::version.eq(0),
            accounts::created_at.eq(account.created_at),
            accounts::email_verified_at.eq(account.verified_at),
            accounts::sign_up_browser.eq(browser),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// The hash of the mark of the browser that signed up, until the address is verified.
pub async fn find_sign_up_browser(c: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<Vec<u8>>> {
    accounts::table.find(id).select(accounts::sign_up_browser).first(c).await
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

/// The account's address and date of birth; it is locked.
pub async fn lock(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<Option<(Account, NaiveDate)>> {
    let found = accounts::table
        .find(id)
        .select((COLUMNS, accounts::birth_date))
        .for_update()
        .first::<(Row, NaiveDate)>(tx)
        .await
        .optional()?;
    Ok(found.map(|(row, born)| (account(row), born)))
}

/// The date of birth, and whether the other services believe that the account may act.
pub async fn get_may_act(mut c: &AsyncPgConnection, id: Uuid) -> QueryResult<(NaiveDate, bool)> {
    accounts::table.find(id).select((accounts::birth_date, accounts::may_act)).first(&mut c).await
}

/// False if it is so already.
pub async fn update_may_act(tx: &mut Tx<'_>, id: Uuid, may_act: bool) -> QueryResult<bool> {
    let other = accounts::table.filter(accounts::id.eq(id)).filter(accounts::may_act.ne(may_act));
    Ok(diesel::update(other).set(accounts::may_act.eq(may_act)).execute(tx).await? > 0)
}

/// From now on the address is this account's alone, and it does not matter any more where somebody signed up.
pub async fn update_verified(tx: &mut Tx<'_>, id: Uuid, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(accounts::table.find(id))
        .set((accounts::email_verified_at.eq(at), accounts::sign_up_browser.eq(None::<Vec<u8>>)))
        .execute(tx)
        .await?;
    Ok(())
}

/// Deletes the pending accounts with this address.
pub async fn delete_pending_with(tx: &mut Tx<'_>, email: &Email) -> QueryResult<()> {
    let pending = accounts::table
        .filter(accounts::email.eq(email.as_str()))
        .filter(accounts::email_verified_at.is_null());
    diesel::delete(pending).execute(tx).await?;
    Ok(())
}

/// Deletes this account if it is pending.
pub async fn delete_pending(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    let pending = accounts::table.filter(accounts::id.eq(id)).filter(accounts::email_verified_at.is_null());
    diesel::delete(pending).execute(tx).await?;
    Ok(())
}

/// Gives the account another address, which is verified; mails reach it again.
pub async fn update_email(tx: &mut Tx<'_>, id: Uuid, email: &Email, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(accounts::table.find(id))
        .set((
            accounts::email.eq(email.as_str()),
            accounts::email_verified_at.eq(at),
            accounts::unreachable_until.eq(None::<DateTime<Utc>>),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether nothing is to be sent to this account at that time.
pub async fn is_unreachable(c: &mut AsyncPgConnection, id: Uuid, at: DateTime<Utc>) -> QueryResult<bool> {
    let unreachable = accounts::table.filter(accounts::id.eq(id)).filter(accounts::unreachable_until.gt(at));
    diesel::select(diesel::dsl::exists(unreachable)).get_result(c).await
}

/// Sends nothing to this account until then.
pub async fn update_unreachable(tx: &mut Tx<'_>, id: Uuid, until: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(accounts::table.find(id)).set(accounts::unreachable_until.eq(until)).execute(tx).await?;
    Ok(())
}

/// The account is to be erased then; `None`: it stays.
pub async fn update_erase_at(tx: &mut Tx<'_>, id: Uuid, at: Option<DateTime<Utc>>) -> QueryResult<()> {
    diesel::update(accounts::table.find(id)).set(accounts::erase_at.eq(at)).execute(tx).await?;
    Ok(())
}

/// Whether its time is over: it is being erased, and nobody logs in to it any more.
pub async fn is_erasing(c: &mut AsyncPgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<bool> {
    let over = accounts::table.filter(accounts::id.eq(id)).filter(accounts::erase_at.le(now));
    diesel::select(diesel::dsl::exists(over)).get_result(c).await
}

/// Deletes the account and, with it, all rows of this service that are its own.
pub async fn delete(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    diesel::delete(accounts::table.find(id)).execute(tx).await?;
    Ok(())
}

/// The account's next version; the account is locked.
pub async fn next_version(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<i64> {
    diesel::update(accounts::table.find(id))
        .set(accounts::version.eq(accounts::version + 1))
        .returning(accounts::version)
        .get_result(tx)
        .await
}
