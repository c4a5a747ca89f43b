//! SQL of the table `consent_records`: rows are added and read, never changed.

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::{document::Doc, domain::Choice};
use crate::schema::consent_records;

pub async fn insert(tx: &mut Tx<'_>, account: Uuid, choice: &Choice) -> QueryResult<()> {
    let clock = tx.clock();
    diesel::insert_into(consent_records::table)
        .values((
            consent_records::id.eq(clock.id()),
            consent_records::account_id.eq(account),
            consent_records::doc.eq(choice.doc.code()),
            consent_records::version.eq(&choice.version),
            consent_records::granted.eq(choice.granted),
            consent_records::recorded_at.eq(clock.now()),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// The latest word on each document.
pub async fn list_latest(
    mut c: &AsyncPgConnection,
    account: Uuid,
) -> QueryResult<Vec<(Choice, DateTime<Utc>)>> {
    let rows = consent_records::table
        .filter(consent_records::account_id.eq(account))
        .distinct_on(consent_records::doc)
        .order((consent_records::doc, consent_records::recorded_at.desc(), consent_records::id.desc()))
        .select((
            consent_records::doc,
            consent_records::version,
            consent_records::granted,
            consent_records::recorded_at,
        ))
        .load::<(String, String, bool, DateTime<Utc>)>(&mut c)
        .await?;
    let choice = |(doc, version, granted, at): (String, String, bool, DateTime<Utc>)| {
        Some((Choice { doc: Doc::of(&doc)?, version, granted }, at))
    };
    Ok(rows.into_iter().filter_map(choice).collect())
}
