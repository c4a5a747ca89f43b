//! All SQL of the activity book. It is only ever added to.

use std::ops::Bound;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use common::{
    db::{Tx, prepared},
    time::seoul,
};
use diesel::{
    prelude::*,
    sql_types::{Integer, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{
    domain::{History, Journal, JournalKey},
    schema::{journals, postings, recorded_hours},
};

/// One meeting of one donor is on record once per revision.
pub(super) const ONCE: &str = "journals_occurrence_id_donor_id_revision_key";

type JournalColumns = (Uuid, Uuid, Uuid, i32, Uuid, i32, Option<Uuid>, DateTime<Utc>, DateTime<Utc>);

/// Every journal of one meeting of one donor, oldest first.
pub(super) async fn history(tx: &mut Tx<'_>, occurrence: Uuid, donor: Uuid) -> QueryResult<History> {
    let rows: Vec<JournalColumns> = journals::table
        .filter(journals::occurrence_id.eq(occurrence))
        .filter(journals::donor_id.eq(donor))
        .order(journals::revision)
        .select((
            journals::id,
            journals::occurrence_id,
            journals::donor_id,
            journals::revision,
            journals::recipient_id,
            journals::minutes,
            journals::reverses,
            journals::took_place_at,
            journals::posted_at,
        ))
        .load(tx)
        .await?;
    let journal = |(
        id,
        occurrence,
        donor,
        revision,
        recipient,
        minutes,
        reverses,
        took_place_at,
        posted_at,
    ): JournalColumns| Journal {
        id,
        key: JournalKey { occurrence, donor, revision },
        recipient,
        minutes,
        reverses,
        took_place_at,
        posted_at,
    };
    Ok(History::of(rows.into_iter().map(journal).collect()))
}

/// The name of the exclusion constraint.
pub(super) const NO_OVERLAP: &str = "recorded_hours_member_id_during_excl";

/// Takes the time of a posting of both; of a reversal, gives it back. Both members are locked.
pub(super) async fn take_time(tx: &mut Tx<'_>, journal: &Journal) -> QueryResult<()> {
    if journal.reverses.is_some() {
        let of_both = recorded_hours::table.filter(recorded_hours::occurrence_id.eq(journal.key.occurrence));
        diesel::delete(of_both).execute(tx).await?;
        return Ok(());
    }
    let ends_at = journal.took_place_at + TimeDelta::minutes(journal.minutes.into());
    let during = (Bound::Included(journal.took_place_at), Bound::Excluded(ends_at));
    let rows = journal.postings().map(|posting| {
        (
            recorded_hours::member_id.eq(posting.account.member()),
            recorded_hours::occurrence_id.eq(journal.key.occurrence),
            recorded_hours::during.eq(during),
        )
    });
    diesel::insert_into(recorded_hours::table).values(Vec::from(rows)).execute(tx).await?;
    Ok(())
}

/// Minutes on record that began on the day of this moment, of the one of these two who has more.
pub(super) async fn on_day(
    mut c: &AsyncPgConnection,
    members: [Uuid; 2],
    at: DateTime<Utc>,
) -> QueryResult<i32> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Integer)]
        minutes: i32,
    }
    let (from, until) = day_in_seoul(at);
    let query = diesel::sql_query(
        "SELECT coalesce(max(minutes), 0) AS minutes FROM (\
         SELECT (sum(extract(epoch FROM upper(during) - lower(during))) / 60)::integer AS minutes FROM recorded_hours \
         WHERE member_id IN ($1, $2) AND during && tstzrange($3, $4) AND lower(during) >= $3 GROUP BY member_id) AS each",
    )
    .bind::<SqlUuid, _>(members[0])
    .bind::<SqlUuid, _>(members[1])
    .bind::<Timestamptz, _>(from)
    .bind::<Timestamptz, _>(until);
    Ok(prepared(query).get_result::<Row>(&mut c).await?.minutes)
}

/// Midnight in Seoul before `at`, and the next one.
fn day_in_seoul(at: DateTime<Utc>) -> (DateTime<Utc>, DateTime<Utc>) {
    let there = seoul(at);
    let since = TimeDelta::seconds(there.time().num_seconds_from_midnight().into());
    let from = at - since - TimeDelta::nanoseconds(there.time().nanosecond().into());
    (from, from + TimeDelta::days(1))
}

/// Enters a journal with its two lines.
pub(super) async fn insert(tx: &mut Tx<'_>, journal: &Journal) -> QueryResult<()> {
    diesel::insert_into(journals::table)
        .values((
            journals::id.eq(journal.id),
            journals::occurrence_id.eq(journal.key.occurrence),
            journals::donor_id.eq(journal.key.donor),
            journals::revision.eq(journal.key.revision),
            journals::recipient_id.eq(journal.recipient),
            journals::minutes.eq(journal.minutes),
            journals::reverses.eq(journal.reverses),
            journals::took_place_at.eq(journal.took_place_at),
            journals::local_date.eq(seoul(journal.took_place_at).date_naive()),
            journals::posted_at.eq(journal.posted_at),
        ))
        .execute(tx)
        .await?;
    let lines = journal.postings().map(|posting| {
        (
            postings::journal_id.eq(journal.id),
            postings::account.eq(posting.account.kind()),
            postings::member_id.eq(posting.account.member()),
            postings::minutes.eq(posting.minutes),
        )
    });
    diesel::insert_into(postings::table).values(Vec::from(lines)).execute(tx).await?;
    Ok(())
}
