//! What the other contexts of this service may ask of engagements.

use chrono::{DateTime, Utc};
use common::{db::Tx, http::Problem};
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    decline_offers::decline_offers,
    domain::DeclineReason,
    leave,
    store::{self, Saved},
    view::EngagementState,
};
use crate::listing::{ListingKind, ListingRef};

/// What a member has under way with a listing: an open proposal first, else an agreement still to come.
pub(crate) async fn under_way(
    c: &AsyncPgConnection,
    listing: Uuid,
    member: Uuid,
) -> Result<Option<Uuid>, Problem> {
    Ok(store::under_way(c, listing, member).await?)
}

/// How many offers to this need wait for its owner.
pub(crate) async fn count_offers(c: &AsyncPgConnection, need: Uuid) -> Result<i64, Problem> {
    Ok(store::count_offers(c, need).await?)
}

/// A need was closed: every open offer to it is declined, and its author is told. The need is locked.
pub(crate) async fn need_closed(tx: &mut Tx<'_>, need: Uuid) -> Result<(), Problem> {
    decline_offers(tx, need, DeclineReason::NeedClosed).await
}

/// The needs that open engagements of this member are about: what is to be locked before they end.
pub(crate) async fn open_needs(tx: &mut Tx<'_>, member: Uuid) -> Result<Vec<Uuid>, Problem> {
    let open = store::open_of(tx, member).await?;
    let needs = open.into_iter().filter(|(_, kind, _)| kind == ListingKind::Need.as_str());
    Ok(needs.map(|(.., listing)| listing).collect())
}

/// The member leaves: what is proposed or agreed ends as by their own hand, and the other side is told. The listings that it is about
/// are locked.
pub(crate) async fn end_open(tx: &mut Tx<'_>, member: Uuid) -> Result<(), Problem> {
    leave::end_open(tx, member).await
}

/// Erases what a member wrote into engagements. That there were any, when, and for how long, stays.
pub(crate) async fn erase(tx: &mut Tx<'_>, member: Uuid) -> Result<(), Problem> {
    Ok(store::erase_texts(tx, member).await?)
}

/// An engagement in few words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct EngagementCard {
    id: Uuid,
    title: String,
    #[schema(inline)]
    listing: ListingRef,
    donor_id: Uuid,
    recipient_id: Uuid,
    state: EngagementState,
    starts_at: DateTime<Utc>,
    minutes: i32,
}

/// Those of these engagements to which `me` is a party.
pub(crate) async fn cards(
    c: &mut AsyncPgConnection,
    me: Uuid,
    ids: &[Uuid],
    now: DateTime<Utc>,
) -> Result<Vec<EngagementCard>, Problem> {
    let card = |saved: Saved| {
        let (e, _) = saved.engagement.tick(now);
        EngagementCard {
            id: e.id,
            listing: ListingRef { kind: e.listing.kind, id: e.listing.id },
            title: e.listing.title,
            donor_id: e.donor,
            recipient_id: e.recipient,
            state: e.state.into(),
            starts_at: e.terms.starts_at,
            minutes: e.terms.minutes.get(),
        }
    };
    Ok(store::of_member(c, me, ids).await?.into_iter().map(card).collect())
}
