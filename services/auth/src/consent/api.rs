//! What the other contexts may do with consents.

use chrono::{DateTime, NaiveDate, Utc};
use common::{
    db::Tx,
    events::{Actor, Emit},
    http::Problem,
};
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    document::{Doc, Documents},
    domain::{self, Agreed, Choice},
    events::ConsentChanged,
    store,
};
use crate::account::next_version;

/// The latest word on a document.
#[derive(Serialize, ToSchema)]
pub struct ConsentView {
    pub doc: Doc,
    pub version: String,
    pub granted: bool,
    pub at: DateTime<Utc>,
    /// A yes to news of more than two years ago: it should be asked for again.
    pub ask_again: bool,
}

/// A sign-up's word on every document.
///
/// # Errors
/// 422 `consent.required`, `consent.version`.
pub(crate) fn choose(documents: &Documents, agreed: &[Agreed]) -> Result<Vec<Choice>, Problem> {
    Ok(domain::choose(agreed, |doc| documents.version(doc).to_owned())?)
}

/// The required documents that this account has not agreed to as they are today.
pub(crate) async fn overdue(
    c: &AsyncPgConnection,
    documents: &Documents,
    account: Uuid,
    today: NaiveDate,
) -> Result<Vec<Doc>, Problem> {
    let latest = store::list_latest(c, account).await?;
    let words: Vec<Choice> = latest.into_iter().map(|(choice, _)| choice).collect();
    Ok(domain::overdue(&words, |doc| documents.version(doc).to_owned(), today))
}

/// Only the text of today can be agreed to.
///
/// # Errors
/// 422 `consent.version`.
pub(crate) fn require_current(documents: &Documents, agreed: &[Agreed]) -> Result<(), Problem> {
    match agreed.iter().find(|one| one.version != documents.version(one.doc)) {
        Some(stale) => Err(domain::Refusal::Version(stale.doc).into()),
        None => Ok(()),
    }
}

/// Writes a word on each document down; a "no" too, since it was asked.
pub(crate) async fn record_all(tx: &mut Tx<'_>, account: Uuid, choices: &[Choice]) -> Result<(), Problem> {
    for choice in choices {
        store::insert(tx, account, choice).await?;
    }
    Ok(())
}

/// An account's latest word on each document.
pub(crate) async fn latest(
    c: &mut AsyncPgConnection,
    account: Uuid,
    now: DateTime<Utc>,
) -> Result<Vec<ConsentView>, Problem> {
    let rows = store::list_latest(c, account).await?;
    let mut views: Vec<_> = rows
        .into_iter()
        .map(|(choice, at)| ConsentView {
            ask_again: choice.is_stale(at, now),
            doc: choice.doc,
            version: choice.version,
            granted: choice.granted,
            at,
        })
        .collect();
    views.sort_by_key(|view| view.doc);
    Ok(views)
}

/// Writes somebody's word down and tells it, unless they have said the same before.
pub(crate) async fn say(tx: &mut Tx<'_>, account: Uuid, choice: &Choice) -> Result<(), Problem> {
    // Locks the account: of two words at once the later one counts, and is the later row.
    let (sequence, now) = (next_version(tx, account).await?, tx.clock().now());
    let before = store::list_latest(tx, account).await?;
    if before.iter().any(|(word, at)| word.says(choice) && !word.is_stale(*at, now)) {
        return Ok(());
    }
    store::insert(tx, account, choice).await?;
    let event = ConsentChanged {
        account_id: account,
        doc: choice.doc,
        version: choice.version.clone(),
        granted: choice.granted,
        sequence,
    };
    tx.emit(Actor::Account(account), &event).await?;
    Ok(())
}
