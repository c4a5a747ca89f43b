//! All SQL of the activity book. It is only ever added to.

use chrono::{DateTime, Utc};
use common::{db::Tx, time::seoul};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{
    domain::{History, Journal, JournalKey},
    schema::{journals, postings},
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
