//! Both parties' calendars: agreed times, which never overlap.

use std::ops::Bound;

use chrono::{DateTime, TimeDelta, Utc};
use common::db::{Tx, prepared};
use diesel::{
    prelude::*,
    sql_types::{Nullable, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::engagement::{
    domain::{ActualMinutes, Engagement, Side},
    schema::member_busy,
};

type During = (Bound<DateTime<Utc>>, Bound<DateTime<Utc>>);

/// Half open: one may begin when another ends.
const fn during(from: DateTime<Utc>, until: DateTime<Utc>) -> During {
    (Bound::Included(from), Bound::Excluded(until))
}

/// The name of the exclusion constraint.
pub(in crate::engagement) const NO_OVERLAP: &str = "member_busy_member_id_during_excl";

/// Takes the time in both calendars; both members are locked.
pub(in crate::engagement) async fn take_time(tx: &mut Tx<'_>, e: &Engagement) -> QueryResult<()> {
    let rows = Side::BOTH.map(|side| {
        (
            member_busy::member_id.eq(e.party(side)),
            member_busy::engagement_id.eq(e.id),
            member_busy::during.eq(during(e.terms.starts_at, e.terms.ends_at())),
        )
    });
    diesel::insert_into(member_busy::table).values(Vec::from(rows)).execute(tx).await?;
    Ok(())
}

/// Gives the time back.
pub(in crate::engagement) async fn free_time(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    diesel::delete(member_busy::table.filter(member_busy::engagement_id.eq(id))).execute(tx).await?;
    Ok(())
}

/// When the next meeting of one of the two begins that this one could run into: agreed, or over and not yet settled, or
/// on record.
pub(in crate::engagement) async fn next_meeting(
    mut c: &AsyncPgConnection,
    e: &Engagement,
) -> QueryResult<Option<DateTime<Utc>>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Nullable<Timestamptz>)]
        at: Option<DateTime<Utc>>,
    }
    let until = e.terms.starts_at + TimeDelta::minutes(ActualMinutes::most(e.terms.minutes).get().into());
    let query = diesel::sql_query(
        "SELECT min(at) AS at FROM (\
         SELECT lower(during) AS at FROM member_busy WHERE member_id IN ($1, $2) AND engagement_id <> $3 \
         AND during && tstzrange($4, $5) AND lower(during) >= $4 \
         UNION ALL \
         SELECT starts_at FROM engagement_parties WHERE member_id IN ($1, $2) AND engagement_id <> $3 \
         AND record IN ('took_place', 'waiting', 'on_hold') AND starts_at >= $4 AND starts_at < $5) AS next",
    )
    .bind::<SqlUuid, _>(e.donor)
    .bind::<SqlUuid, _>(e.recipient)
    .bind::<SqlUuid, _>(e.id)
    .bind::<Timestamptz, _>(e.terms.starts_at)
    .bind::<Timestamptz, _>(until);
    Ok(prepared(query).get_result::<Row>(&mut c).await?.at)
}

/// The member's agreed times that touch `from..until`, soonest first.
pub(in crate::engagement) async fn busy(
    c: &mut AsyncPgConnection,
    member: Uuid,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Vec<(Uuid, DateTime<Utc>, DateTime<Utc>)>> {
    let rows: Vec<(Uuid, During)> = member_busy::table
        .filter(member_busy::member_id.eq(member))
        .filter(member_busy::during.overlaps_with(during(from, until)))
        .order(member_busy::during)
        .select((member_busy::engagement_id, member_busy::during))
        .load(c)
        .await?;
    let whole = |(id, during)| match during {
        (Bound::Included(from), Bound::Excluded(until)) => Some((id, from, until)),
        _ => None,
    };
    Ok(rows.into_iter().filter_map(whole).collect())
}
