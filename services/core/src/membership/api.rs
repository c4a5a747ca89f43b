//! What other contexts may ask of membership.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use common::{db::Tx, http::Problem};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use regions::Regions;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

pub(crate) use super::{
    domain::NameAndPlace,
    view::{CardColumns, CardParts, Tally},
};
use super::{
    domain::Profile,
    problem::{incomplete, leaving, under_age},
    store,
    view::Totals,
};
use crate::region::RegionView;

/// A member in one line.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub(crate) struct MemberCard {
    pub id: Uuid,
    /// `null`: the profile is not complete, or the member is gone.
    #[schema(required)]
    pub name: Option<String>,
    #[schema(required)]
    pub region: Option<RegionView>,
    /// How many hours were given and confirmed.
    pub given_count: i32,
    pub gone: bool,
}

impl MemberCard {
    fn unknown(id: Uuid) -> Self {
        Self { id, name: None, region: None, given_count: 0, gone: false }
    }

    /// The card of a row of `members`: who is gone or has no complete profile has neither name nor region.
    pub fn of(row: CardParts, regions: &Regions) -> Self {
        let gone = row.gone_at.is_some();
        let known = !gone && row.name.is_some() && row.region_code.is_some();
        Self {
            id: row.id,
            name: row.name.filter(|_| known),
            region: row.region_code.filter(|_| known).map(|code| RegionView::of(regions, &code)),
            given_count: row.given_count,
            gone,
        }
    }
}

/// The cards of several members, in one statement. Every id has one: who was never seen has no name.
pub(crate) async fn cards(
    c: &AsyncPgConnection,
    regions: &Regions,
    ids: &[Uuid],
) -> QueryResult<HashMap<Uuid, MemberCard>> {
    let mut cards: HashMap<Uuid, MemberCard> = ids.iter().map(|id| (*id, MemberCard::unknown(*id))).collect();
    if cards.is_empty() {
        return Ok(cards);
    }
    for row in store::list_cards(c, ids).await? {
        cards.insert(row.id, MemberCard::of(row, regions));
    }
    Ok(cards)
}

/// The card of one member.
pub(crate) async fn card(c: &AsyncPgConnection, regions: &Regions, id: Uuid) -> QueryResult<MemberCard> {
    Ok(card_of(&cards(c, regions, &[id]).await?, id))
}

/// The card of a member, among those that were read.
pub(crate) fn card_of(cards: &HashMap<Uuid, MemberCard>, id: Uuid) -> MemberCard {
    cards.get(&id).cloned().unwrap_or_else(|| MemberCard::unknown(id))
}

/// Demands a complete profile.
///
/// # Errors
/// 409 `profile.incomplete`, naming what is missing; `profile.leaving`.
pub(crate) async fn require_complete(tx: &Tx<'_>, id: Uuid) -> Result<NameAndPlace, Problem> {
    let profile = store::find(tx, id).await?;
    complete(profile.unwrap_or_else(|| Profile::new(id, tx.clock().now())))
}

/// Demands a complete profile of somebody who is old enough.
///
/// # Errors
/// 403 `member.under_age`; 409 `profile.incomplete`, naming what is missing.
pub(crate) async fn require_active(tx: &Tx<'_>, id: Uuid) -> Result<NameAndPlace, Problem> {
    let profile = store::find(tx, id).await?;
    active(profile.unwrap_or_else(|| Profile::new(id, tx.clock().now())))
}

/// As [`require_active`], and holds the member until the transaction ends: for limits that count their rows.
///
/// # Errors
/// As [`require_active`].
pub(crate) async fn lock_active(tx: &Tx<'_>, id: Uuid) -> Result<NameAndPlace, Problem> {
    let profile = store::lock(tx, id).await?;
    active(profile.unwrap_or_else(|| Profile::new(id, tx.clock().now())))
}

fn active(profile: Profile) -> Result<NameAndPlace, Problem> {
    if profile.may_act { complete(profile) } else { Err(under_age()) }
}

/// Demands that the member has not asked to leave.
///
/// # Errors
/// 409 `profile.leaving`.
pub(crate) async fn require_staying(tx: &Tx<'_>, id: Uuid) -> Result<(), Problem> {
    match store::find(tx, id).await? {
        Some(profile) if profile.gone => Err(leaving()),
        _ => Ok(()),
    }
}

fn complete(profile: Profile) -> Result<NameAndPlace, Problem> {
    if profile.gone {
        return Err(leaving());
    }
    let missing = profile.missing();
    profile.complete().ok_or_else(|| incomplete(&missing))
}

/// Locks members in the order of their ids, for whatever touches two people.
pub(crate) async fn lock_members(tx: &mut Tx<'_>, ids: &[Uuid]) -> QueryResult<()> {
    store::lock_all(tx, ids).await.map(drop)
}

/// Moves both members' sums in the transaction of a posting: `count` and `minutes` are negative when one is taken back.
pub(crate) async fn record_hours(
    tx: &mut Tx<'_>,
    donor: Uuid,
    recipient: Uuid,
    count: i32,
    minutes: i32,
) -> QueryResult<()> {
    lock_members(tx, &[donor, recipient]).await?;
    store::move_totals(tx, donor, recipient, count, minutes).await
}

/// What a member gave and received, in this order.
pub(crate) async fn tallies(c: &AsyncPgConnection, id: Uuid) -> QueryResult<(Tally, Tally)> {
    let Totals { given, received } = store::totals(c, id).await?;
    Ok((given, received))
}

/// Others do not see the member any more.
pub(crate) async fn leave(tx: &mut Tx<'_>, id: Uuid, at: DateTime<Utc>) -> QueryResult<()> {
    store::leave(tx, id, at).await
}

/// Others see the member again, unless they are erased.
pub(crate) async fn stay(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    store::stay(tx, id).await
}

/// Nothing of the member is left but the id and the sums of their hours.
pub(crate) async fn erase(tx: &mut Tx<'_>, id: Uuid, at: DateTime<Utc>) -> QueryResult<()> {
    store::erase(tx, id, at).await
}
