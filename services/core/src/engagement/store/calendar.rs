//! Both parties' calendars: agreed times, which never overlap.

use std::ops::Bound;

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::engagement::{
    domain::{Engagement, Side},
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
