//! What the other contexts may do with consents.

use chrono::{DateTime, Utc};
use common::{db::Tx, http::Problem};
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    document::{Doc, Documents},
    domain::{self, Agreed, Choice},
    store,
};

/// The latest word on a document.
#[derive(Serialize, ToSchema)]
pub struct ConsentView {
    pub doc: Doc,
    pub version: String,
    pub granted: bool,
    pub at: DateTime<Utc>,
}

/// A sign-up's word on every document.
///
/// # Errors
/// 422 `consent.required`, `consent.version`.
pub(crate) fn choose(documents: &Documents, agreed: &[Agreed]) -> Result<Vec<Choice>, Problem> {
    Ok(domain::choose(agreed, |doc| documents.version(doc).to_owned())?)
}

/// Writes a word on each document down; a "no" too, since it was asked.
pub(crate) async fn record_all(tx: &mut Tx<'_>, account: Uuid, choices: &[Choice]) -> Result<(), Problem> {
    for choice in choices {
        store::insert(tx, account, choice).await?;
    }
    Ok(())
}

/// An account's latest word on each document.
pub(crate) async fn latest(c: &mut AsyncPgConnection, account: Uuid) -> Result<Vec<ConsentView>, Problem> {
    let rows = store::list_latest(c, account).await?;
    let mut views: Vec<_> = rows
        .into_iter()
        .map(|(choice, at)| ConsentView {
            doc: choice.doc,
            version: choice.version,
            granted: choice.granted,
            at,
        })
        .collect();
    views.sort_by_key(|view| view.doc);
    Ok(views)
}
