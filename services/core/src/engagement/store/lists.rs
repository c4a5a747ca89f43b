//! Pages of a member's lists, offers to a need, and engagements by their ids.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::rows::{Saved, StoredEngagement, TermsRow};
use crate::engagement::{
    domain::Side,
    folders::Folder,
    schema::{engagement_parties, engagement_terms, engagements},
};

/// Which list of a member is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engagement) enum Scope {
    Folder(Folder),
    /// Everything, the latest change first.
    All,
    /// What the list of hours shows, the latest session first.
    Records {
        side: Option<Side>,
        only: Option<&'static [&'static str]>,
    },
}

/// The sort key of a row and its id: where a page ends.
pub(in crate::engagement) type PageKey = (DateTime<Utc>, Uuid);

/// One page of a member's list: `limit` rows behind `after`, each with its key.
pub(in crate::engagement) async fn page(
    c: &mut AsyncPgConnection,
    member: Uuid,
    scope: Scope,
    after: Option<PageKey>,
    limit: usize,
) -> QueryResult<Vec<(PageKey, Saved)>> {
    use engagement_parties as p;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mine = p::table
        .inner_join(engagements::table.on(engagements::id.eq(p::engagement_id)))
        .inner_join(
            engagement_terms::table.on(engagement_terms::engagement_id
                .eq(engagements::id)
                .and(engagement_terms::version.eq(engagements::terms_version))),
        )
        .filter(p::member_id.eq(member))
        .limit(limit)
        .into_boxed();
    macro_rules! behind {
        ($query:expr, $column:ident, >) => {
            after.into_iter().fold($query, |q, (at, id)| {
                q.filter(p::$column.ge(at)).filter(p::$column.gt(at).or(p::engagement_id.gt(id)))
            })
        };
        ($query:expr, $column:ident, <) => {
            after.into_iter().fold($query, |q, (at, id)| {
                q.filter(p::$column.le(at)).filter(p::$column.lt(at).or(p::engagement_id.lt(id)))
            })
        };
    }
    macro_rules! rows {
        ($query:expr, $column:ident) => {
            $query.select((p::$column, StoredEngagement::as_select(), TermsRow::as_select())).load(c).await?
        };
    }
    let rows: Vec<(DateTime<Utc>, StoredEngagement, TermsRow)> = match scope {
        Scope::Folder(folder) if folder.latest_first() => {
            let query = behind!(mine.filter(p::tray.eq(folder.as_str())), sort_at, <);
            rows!(query.order((p::sort_at.desc(), p::engagement_id.desc())), sort_at)
        }
        Scope::Folder(folder) => {
            let query = behind!(mine.filter(p::tray.eq(folder.as_str())), sort_at, >);
            rows!(query.order((p::sort_at, p::engagement_id)), sort_at)
        }
        Scope::All => {
            let query = behind!(mine, updated_at, <);
            rows!(query.order((p::updated_at.desc(), p::engagement_id.desc())), updated_at)
        }
        Scope::Records { side, only } => {
            let mut query = behind!(mine.filter(p::record.is_not_null()), starts_at, <);
            if let Some(side) = side {
                query = query.filter(p::side.eq(side.as_str()));
            }
            if let Some(only) = only {
                query = query.filter(p::record.eq_any(only));
            }
            rows!(query.order((p::starts_at.desc(), p::engagement_id.desc())), starts_at)
        }
    };
    rows.into_iter().map(|(at, row, terms)| Ok(((at, row.id), row.with(terms)?))).collect()
}

/// The open proposals about a need that wait for its owner, the soonest to end first; a need has few.
pub(in crate::engagement) async fn offers(
    c: &mut AsyncPgConnection,
    need: Uuid,
    owner: Uuid,
) -> QueryResult<Vec<Saved>> {
    use engagement_parties as p;
    let rows: Vec<(StoredEngagement, TermsRow)> = engagements::table
        .inner_join(
            p::table.on(p::engagement_id.eq(engagements::id).and(p::member_id.eq(engagements::recipient_id))),
        )
        .inner_join(
            engagement_terms::table.on(engagement_terms::engagement_id
                .eq(engagements::id)
                .and(engagement_terms::version.eq(engagements::terms_version))),
        )
        .filter(engagements::listing_id.eq(need))
        .filter(engagements::state.eq("proposed"))
        .filter(p::member_id.eq(owner))
        .filter(p::tray.eq("turn"))
        .order((p::sort_at, p::engagement_id))
        .limit(200)
        .select((StoredEngagement::as_select(), TermsRow::as_select()))
        .load(c)
        .await?;
    rows.into_iter().map(|(row, terms)| row.with(terms)).collect()
}

/// Those of these engagements to which the member is a party.
pub(in crate::engagement) async fn of_member(
    c: &mut AsyncPgConnection,
    member: Uuid,
    ids: &[Uuid],
) -> QueryResult<Vec<Saved>> {
    let rows: Vec<(StoredEngagement, TermsRow)> = engagements::table
        .inner_join(
            engagement_terms::table.on(engagement_terms::engagement_id
                .eq(engagements::id)
                .and(engagement_terms::version.eq(engagements::terms_version))),
        )
        .filter(engagements::id.eq_any(ids))
        .filter(engagements::donor_id.eq(member).or(engagements::recipient_id.eq(member)))
        .order(engagements::id)
        .select((StoredEngagement::as_select(), TermsRow::as_select()))
        .load(c)
        .await?;
    rows.into_iter().map(|(row, terms)| row.with(terms)).collect()
}
