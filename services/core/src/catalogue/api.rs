//! What other contexts may ask of the catalogue.

use std::collections::HashMap;

use common::{db::Tx, events::Actor, http::Problem};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use regions::Regions;
use uuid::Uuid;

use super::{change, domain::Fact, problem::not_open, store};
pub(crate) use super::{
    change::carry_out,
    domain::{Command, Listing, Mode, State, Times},
    edit::{EditListing, edit},
    leave::{erase, rest},
    publish::{OpenNeed, Publication, PublishTalent, publish},
    view::{ListingRow, NeedView, RowParts, TalentView, View, Viewer},
};
use crate::{
    listing::{Category, ListingKind, ListingRef},
    membership::api::MemberCard,
};

/// A listing that somebody may propose on, locked.
#[derive(Clone, Debug)]
pub(crate) struct OpenListing {
    pub owner: Uuid,
    pub title: String,
}

/// Locks a listing that must be open.
///
/// # Errors
/// 404 when there is none of this kind; 409 `listing.not_open`.
pub(crate) async fn lock_open_listing(tx: &mut Tx<'_>, of: ListingRef) -> Result<OpenListing, Problem> {
    let listing = store::lock(tx, of.kind, of.id).await?.ok_or_else(Problem::not_found)?;
    if !listing.is_open(tx.clock().now()) {
        return Err(not_open());
    }
    Ok(OpenListing { owner: listing.owner, title: listing.content.title })
}

/// Locks a need, whatever its state: before its offers, in the order that everybody locks.
///
/// # Errors
/// 404 when there is none.
pub(crate) async fn lock_need(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Problem> {
    store::lock(tx, ListingKind::Need, id).await?.map(drop).ok_or_else(Problem::not_found)
}

/// Locks a member's listings and these needs of others, in the order of their ids.
pub(crate) async fn lock_with(tx: &mut Tx<'_>, owner: Uuid, needs: &[Uuid]) -> QueryResult<()> {
    store::lock_of(tx, owner, needs).await.map(drop)
}

/// The one place of a need is taken, in the transaction that takes it.
///
/// # Errors
/// 409 `listing.not_open` when it is not open (any more).
pub(crate) async fn fill_need(tx: &mut Tx<'_>, id: Uuid, by: Uuid) -> Result<(), Problem> {
    let need = store::lock(tx, ListingKind::Need, id).await?.ok_or_else(Problem::not_found)?;
    let filled = need.fill(tx.clock().now()).map_err(|_refusal| not_open())?;
    change::write(tx, Actor::Account(by), &filled, Fact::Filled).await
}

/// The place of a need is free again. One that is not filled stays as it is.
///
/// # Errors
/// 404 when there is none.
pub(crate) async fn reopen_need(tx: &mut Tx<'_>, id: Uuid, actor: Actor) -> Result<(), Problem> {
    let need = store::lock(tx, ListingKind::Need, id).await?.ok_or_else(Problem::not_found)?;
    let Ok(need) = need.reopen(tx.clock().now()) else { return Ok(()) };
    // What ended meanwhile stays ended.
    let fact = if need.state == State::Open { Fact::Resumed } else { Fact::Expired };
    change::write(tx, actor, &need, fact).await
}

/// A listing in whatever state with its owner's card; `None` when there is none of this kind.
pub(crate) async fn find(
    c: &AsyncPgConnection,
    regions: &Regions,
    of: ListingRef,
) -> QueryResult<Option<(Listing, MemberCard)>> {
    let found = store::find_with_owner(c, of).await?;
    Ok(found.map(|(listing, owner)| (listing, MemberCard::of(owner, regions))))
}

/// Whose listing it is; `None` when there is none of this kind.
pub(crate) async fn owner(
    c: &mut AsyncPgConnection,
    kind: ListingKind,
    id: Uuid,
) -> QueryResult<Option<Uuid>> {
    store::owner(c, kind, id).await
}

/// Titles by id; what does not exist is absent.
pub(crate) async fn titles(
    c: &mut AsyncPgConnection,
    kind: ListingKind,
    ids: &[Uuid],
) -> QueryResult<HashMap<Uuid, String>> {
    if ids.is_empty() { Ok(HashMap::new()) } else { store::titles(c, kind, ids).await }
}

/// What a listing is like, for finding others like it.
#[derive(Clone, Debug)]
pub(crate) struct Likeness {
    pub title: String,
    pub category: Category,
    pub region_code: String,
}

pub(crate) async fn likeness(
    c: &mut AsyncPgConnection,
    kind: ListingKind,
    id: Uuid,
) -> QueryResult<Option<Likeness>> {
    let listing = store::find(c, kind, id).await?;
    Ok(listing.map(|Listing { content: c, .. }| Likeness {
        title: c.title,
        category: c.category,
        region_code: c.region_code,
    }))
}
