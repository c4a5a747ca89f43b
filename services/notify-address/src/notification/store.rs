//! All SQL of this context. A transaction that writes a person's notices locks the account first: that makes ids rise in
//! the order of commits, and keeps two writers from locking one another's rows.

use chrono::{DateTime, Utc};
use common::db::{Tx, schema::idempotency};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::domain::{Appointment, Category, NoticeKey};
use crate::schema::{accounts, engagements, notices, preferences};

/// A person's row while it is locked.
#[derive(Clone, Copy, Debug, Queryable, Selectable)]
#[diesel(table_name = accounts)]
pub struct Account {
    /// Rises with every change, so it is the sequence of the events about it.
    pub version: i64,
    pub last_notice_id: Option<Uuid>,
    /// Since when nothing of this person is kept, and nothing is to come.
    pub erased_at: Option<DateTime<Utc>>,
}

/// A stored notice.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = notices)]
pub struct NoticeRow {
    pub account_id: Uuid,
    pub id: Uuid,
    pub event_id: Uuid,
    pub key: String,
    pub category: String,
    pub params: Value,
    pub created_at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
    pub folded_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = engagements, treat_none_as_null = true)]
struct EngagementRow {
    engagement_id: Uuid,
    sequence: i64,
    starts_at: Option<DateTime<Utc>>,
}

/// Locks the account and raises its version; makes the row of an account that is new here.
pub async fn lock_account(tx: &mut Tx<'_>, account: Uuid) -> QueryResult<Account> {
    diesel::insert_into(accounts::table)
        .values((accounts::account_id.eq(account), accounts::version.eq(1)))
        .on_conflict(accounts::account_id)
        .do_update()
        .set(accounts::version.eq(accounts::version + 1))
        .returning(Account::as_returning())
        .get_result(tx)
        .await
}

/// False when this person has a notice of this event already.
pub async fn insert_notice(tx: &mut Tx<'_>, notice: &NoticeRow) -> QueryResult<bool> {
    let inserted = diesel::insert_into(notices::table)
        .values(notice)
        .on_conflict((notices::account_id, notices::event_id))
        .do_nothing()
        .execute(tx)
        .await?;
    if inserted == 1 {
        diesel::update(accounts::table.find(notice.account_id))
            .set(accounts::last_notice_id.eq(notice.id))
            .execute(tx)
            .await?;
    }
    Ok(inserted == 1)
}

/// The page behind `before`, newest first.
pub async fn list_notices(
    c: &mut AsyncPgConnection,
    account: Uuid,
    before: Option<Uuid>,
    limit: i64,
) -> QueryResult<Vec<NoticeRow>> {
    let mut page = notices::table
        .filter(notices::account_id.eq(account))
        .filter(notices::folded_at.is_null())
        .order(notices::id.desc())
        .limit(limit)
        .select(NoticeRow::as_select())
        .into_boxed();
    if let Some(before) = before {
        page = page.filter(notices::id.lt(before));
    }
    page.load(c).await
}

/// What came after `after`, oldest first.
pub async fn list_missed(
    c: &mut AsyncPgConnection,
    account: Uuid,
    after: Uuid,
    limit: i64,
) -> QueryResult<Vec<NoticeRow>> {
    notices::table
        .filter(notices::account_id.eq(account))
        .filter(notices::id.gt(after))
        .filter(notices::folded_at.is_null())
        .order(notices::id)
        .limit(limit)
        .select(NoticeRow::as_select())
        .load(c)
        .await
}

pub async fn find_notice(
    c: &mut AsyncPgConnection,
    account: Uuid,
    id: Uuid,
) -> QueryResult<Option<NoticeRow>> {
    notices::table
        .find((account, id))
        .filter(notices::folded_at.is_null())
        .select(NoticeRow::as_select())
        .first(c)
        .await
        .optional()
}

pub async fn find_latest(c: &mut AsyncPgConnection, account: Uuid) -> QueryResult<Option<Uuid>> {
    notices::table
        .filter(notices::account_id.eq(account))
        .order(notices::id.desc())
        .select(notices::id)
        .first(c)
        .await
        .optional()
}

/// Exact: the partial index holds the unread ones alone.
pub async fn count_unread(mut c: &AsyncPgConnection, account: Uuid) -> QueryResult<i64> {
    notices::table
        .filter(notices::account_id.eq(account))
        .filter(notices::read_at.is_null())
        .count()
        .get_result(&mut c)
        .await
}

/// Whether a notice of this kind that came since then waits to be read.
pub async fn has_unread_since(
    tx: &mut Tx<'_>,
    account: Uuid,
    key: NoticeKey,
    since: DateTime<Utc>,
) -> QueryResult<bool> {
    let unread = notices::table
        .filter(notices::account_id.eq(account))
        .filter(notices::read_at.is_null())
        .filter(notices::key.eq(key.as_str()))
        .filter(notices::created_at.ge(since));
    diesel::select(diesel::dsl::exists(unread)).get_result(tx).await
}

/// Whether a notice of one of these kinds about this person or engagement waits to be read.
pub async fn has_unread(
    tx: &mut Tx<'_>,
    account: Uuid,
    keys: &[NoticeKey],
    about: Value,
) -> QueryResult<bool> {
    let unread = notices::table
        .filter(notices::account_id.eq(account))
        .filter(notices::read_at.is_null())
        .filter(notices::key.eq_any(keys.iter().map(|key| key.as_str())))
        .filter(notices::params.contains(about));
    diesel::select(diesel::dsl::exists(unread)).get_result(tx).await
}

/// Folds the unread notices of this kind about this person or engagement; how many there were.
pub async fn fold_unread(
    tx: &mut Tx<'_>,
    account: Uuid,
    key: NoticeKey,
    about: Value,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let unread = notices::table
        .filter(notices::account_id.eq(account))
        .filter(notices::read_at.is_null())
        .filter(notices::key.eq(key.as_str()))
        .filter(notices::params.contains(about));
    diesel::update(unread).set((notices::read_at.eq(now), notices::folded_at.eq(now))).execute(tx).await
}

/// How many became read: 0 or 1.
pub async fn mark_read(tx: &mut Tx<'_>, account: Uuid, id: Uuid, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(notices::table.find((account, id)).filter(notices::read_at.is_null()))
        .set(notices::read_at.eq(now))
        .execute(tx)
        .await
}

/// How many became read, of those up to `until`.
pub async fn mark_all_read(
    tx: &mut Tx<'_>,
    account: Uuid,
    until: Option<Uuid>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let until = until.unwrap_or(Uuid::max());
    let unread = notices::table
        .filter(notices::account_id.eq(account))
        .filter(notices::read_at.is_null())
        .filter(notices::id.le(until));
    diesel::update(unread).set(notices::read_at.eq(now)).execute(tx).await
}

/// Categories that this person switched on or off by hand.
pub async fn list_preferences(c: &mut AsyncPgConnection, account: Uuid) -> QueryResult<Vec<(String, bool)>> {
    preferences::table
        .filter(preferences::account_id.eq(account))
        .select((preferences::category, preferences::is_on))
        .load(c)
        .await
}

pub async fn is_off(c: &mut AsyncPgConnection, account: Uuid, category: Category) -> QueryResult<bool> {
    let on = preferences::table
        .find((account, category.as_str()))
        .select(preferences::is_on)
        .first::<bool>(c)
        .await
        .optional()?;
    Ok(on == Some(false))
}

pub async fn set_preference(
    tx: &mut Tx<'_>,
    account: Uuid,
    category: Category,
    on: bool,
) -> QueryResult<usize> {
    diesel::insert_into(preferences::table)
        .values((
            preferences::account_id.eq(account),
            preferences::category.eq(category.as_str()),
            preferences::is_on.eq(on),
        ))
        .on_conflict((preferences::account_id, preferences::category))
        .do_update()
        .set(preferences::is_on.eq(on))
        .execute(tx)
        .await
}

/// Deletes what this person has here, and notes that nothing is to come. Others' notices know them by the id alone.
pub async fn erase(tx: &mut Tx<'_>, account: Uuid, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(accounts::table)
        .values((accounts::account_id.eq(account), accounts::version.eq(1), accounts::erased_at.eq(at)))
        .on_conflict(accounts::account_id)
        .do_update()
        .set((accounts::last_notice_id.eq(None::<Uuid>), accounts::erased_at.eq(at)))
        .execute(tx)
        .await?;
    diesel::delete(notices::table.filter(notices::account_id.eq(account))).execute(tx).await?;
    diesel::delete(preferences::table.filter(preferences::account_id.eq(account))).execute(tx).await?;
    diesel::delete(idempotency::table.filter(idempotency::account_id.eq(account))).execute(tx).await?;
    Ok(())
}

/// The appointment of this engagement, locked; none so far if nothing is known of it.
pub async fn lock_appointment(tx: &mut Tx<'_>, engagement: Uuid) -> QueryResult<Appointment> {
    let row = engagements::table
        .find(engagement)
        .select(EngagementRow::as_select())
        .for_update()
        .first(tx)
        .await
        .optional()?;
    Ok(row.map(Appointment::from).unwrap_or_default())
}

pub async fn save_appointment(
    tx: &mut Tx<'_>,
    engagement: Uuid,
    appointment: &Appointment,
) -> QueryResult<usize> {
    let row = EngagementRow {
        engagement_id: engagement,
        sequence: appointment.sequence,
        starts_at: appointment.starts_at,
    };
    diesel::insert_into(engagements::table)
        .values(&row)
        .on_conflict(engagements::engagement_id)
        .do_update()
        .set(&row)
        .execute(tx)
        .await
}

impl From<EngagementRow> for Appointment {
    fn from(row: EngagementRow) -> Self {
        Self { sequence: row.sequence, starts_at: row.starts_at }
    }
}
