//! Rows of `members`.

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::{prelude::*, sql_types};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{
    domain::Profile,
    schema::members,
    view::{CardColumns, CardParts, Totals},
};

type ProfileColumns = (
    Uuid,
    Option<String>,
    String,
    Option<String>,
    Vec<String>,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    i64,
    bool,
);

const PROFILE: (
    members::id,
    members::name,
    members::bio,
    members::region_code,
    members::languages,
    members::joined_at,
    members::gone_at,
    members::version,
    members::may_act,
) = (
    members::id,
    members::name,
    members::bio,
    members::region_code,
    members::languages,
    members::joined_at,
    members::gone_at,
    members::version,
    members::may_act,
);

type TotalsColumns = (i32, i32, i32, i32);

const TOTALS: (
    members::given_count,
    members::given_minutes,
    members::received_count,
    members::received_minutes,
) = (members::given_count, members::given_minutes, members::received_count, members::received_minutes);

fn profile(row: ProfileColumns) -> Profile {
    let (id, name, bio, region_code, languages, joined_at, gone_at, version, may_act) = row;
    let gone = gone_at.is_some();
    Profile { id, name, bio, region_code, languages, joined_at, gone, version, may_act }
}

/// Makes the row of an account that is seen for the first time.
pub(super) async fn ensure(mut c: &AsyncPgConnection, id: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::insert_into(members::table)
        .values((members::id.eq(id), members::joined_at.eq(now)))
        .on_conflict_do_nothing()
        .execute(&mut c)
        .await?;
    Ok(())
}

pub(super) async fn find(mut c: &AsyncPgConnection, id: Uuid) -> QueryResult<Option<Profile>> {
    let row = members::table.find(id).select(PROFILE).first::<ProfileColumns>(&mut c).await.optional()?;
    Ok(row.map(profile))
}

pub(super) async fn lock(mut c: &AsyncPgConnection, id: Uuid) -> QueryResult<Option<Profile>> {
    let row = members::table
        .find(id)
        .select(PROFILE)
        .for_no_key_update()
        .first::<ProfileColumns>(&mut c)
        .await
        .optional()?;
    Ok(row.map(profile))
}

/// Locks several members in the order of their ids, so that two transactions never wait for one another.
pub(super) async fn lock_all(tx: &mut Tx<'_>, ids: &[Uuid]) -> QueryResult<Vec<Uuid>> {
    members::table
        .filter(members::id.eq_any(ids))
        .order(members::id)
        .select(members::id)
        .for_no_key_update()
        .load(tx)
        .await
}

/// Writes a profile with the commit.
pub(super) fn update(tx: &mut Tx<'_>, profile: &Profile) {
    tx.defer(diesel::update(members::table.find(profile.id)).set((
        members::name.eq(profile.name.clone()),
        members::bio.eq(profile.bio.clone()),
        members::region_code.eq(profile.region_code.clone()),
        members::languages.eq(profile.languages.clone()),
        members::version.eq(profile.version),
    )));
}

/// The account's first language, unless the member has chosen some already or is erased; and the earlier of two first days.
pub(super) async fn register(
    tx: &mut Tx<'_>,
    id: Uuid,
    language: &str,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    use diesel::upsert::excluded;
    diesel::insert_into(members::table)
        .values((members::id.eq(id), members::joined_at.eq(at), members::languages.eq(vec![language])))
        .on_conflict(members::id)
        .do_update()
        .set((
            members::languages.eq(diesel::dsl::case_when(
                members::languages.eq(Vec::<String>::new()).and(members::erased_at.is_null()),
                excluded(members::languages),
            )
            .otherwise(members::languages)),
            members::joined_at.eq(diesel::dsl::case_when(
                members::joined_at.gt(excluded(members::joined_at)),
                excluded(members::joined_at),
            )
            .otherwise(members::joined_at)),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether the member may publish and propose; the row appears if the account was never seen.
pub(super) async fn upsert_may_act(
    tx: &mut Tx<'_>,
    id: Uuid,
    may_act: bool,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(members::table)
        .values((members::id.eq(id), members::joined_at.eq(at), members::may_act.eq(may_act)))
        .on_conflict(members::id)
        .do_update()
        .set(members::may_act.eq(may_act))
        .execute(tx)
        .await?;
    Ok(())
}

/// Several members at once.
pub(super) async fn list_cards(mut c: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<Vec<CardParts>> {
    let card = (members::id, members::name, members::region_code, members::given_count, members::gone_at);
    let rows: Vec<CardColumns> = match ids {
        // PostgreSQL plans a list of unknown length each time, one id only once.
        [id] => members::table.find(id).select(card).load(&mut c).await?,
        ids => members::table.filter(members::id.eq_any(ids)).select(card).load(&mut c).await?,
    };
    Ok(rows.into_iter().map(CardParts::from).collect())
}

/// As [`lock`], with the sums, which stand in the same row.
pub(super) async fn lock_with_totals(
    mut c: &AsyncPgConnection,
    id: Uuid,
) -> QueryResult<Option<(Profile, Totals)>> {
    let row = members::table
        .find(id)
        .select((PROFILE, TOTALS))
        .for_no_key_update()
        .first::<(ProfileColumns, TotalsColumns)>(&mut c)
        .await
        .optional()?;
    Ok(row.map(|(of, totals)| (profile(of), totals.into())))
}

pub(super) async fn totals(mut c: &AsyncPgConnection, id: Uuid) -> QueryResult<Totals> {
    let row = members::table.find(id).select(TOTALS).first::<TotalsColumns>(&mut c).await.optional()?;
    Ok(row.map(Totals::from).unwrap_or_default())
}

/// Moves the sums of both sides by what was posted (or, negative, taken back).
pub(super) async fn move_totals(
    tx: &mut Tx<'_>,
    donor: Uuid,
    recipient: Uuid,
    count: i32,
    minutes: i32,
) -> QueryResult<()> {
    diesel::update(members::table.find(donor))
        .set((
            members::given_count.eq(members::given_count + count),
            members::given_minutes.eq(members::given_minutes + minutes),
        ))
        .execute(tx)
        .await?;
    diesel::update(members::table.find(recipient))
        .set((
            members::received_count.eq(members::received_count + count),
            members::received_minutes.eq(members::received_minutes + minutes),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// Others do not see the member any more. Who is not known yet is gone as well.
pub(super) async fn leave(tx: &mut Tx<'_>, id: Uuid, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::sql_query(
        "INSERT INTO members (id, joined_at, gone_at) VALUES ($1, $2, $2) \
         ON CONFLICT (id) DO UPDATE SET gone_at = coalesce(members.gone_at, excluded.gone_at)",
    )
    .bind::<sql_types::Uuid, _>(id)
    .bind::<sql_types::Timestamptz, _>(at)
    .execute(tx)
    .await?;
    Ok(())
}

/// Others see the member again, unless there is nothing left to be seen.
pub(super) async fn stay(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    diesel::update(members::table.filter(members::id.eq(id)).filter(members::erased_at.is_null()))
        .set(members::gone_at.eq(None::<DateTime<Utc>>))
        .execute(tx)
        .await?;
    Ok(())
}

/// Leaves the id and the sums. A member who is not known yet is noted, so that a registration that comes later makes nobody.
pub(super) async fn erase(tx: &mut Tx<'_>, id: Uuid, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::sql_query(
        "INSERT INTO members (id, joined_at, gone_at, erased_at) VALUES ($1, $2, $2, $2) \
         ON CONFLICT (id) DO UPDATE SET name = NULL, bio = '', region_code = NULL, languages = '{}', \
         gone_at = coalesce(members.gone_at, excluded.gone_at), \
         erased_at = coalesce(members.erased_at, excluded.erased_at)",
    )
    .bind::<sql_types::Uuid, _>(id)
    .bind::<sql_types::Timestamptz, _>(at)
    .execute(tx)
    .await?;
    Ok(())
}
