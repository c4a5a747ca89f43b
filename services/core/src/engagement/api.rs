//! What the other contexts of this service may ask of engagements.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use common::{db::Tx, http::Problem};
use diesel_async::AsyncPgConnection;
use regions::Regions;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    change,
    domain::{Actor, DeclineReason, Engagement, Side, State},
    events::ListingRef,
    store::{self, Of, Saved},
    tray,
    view::{EngagementRow, EngagementState, Seen},
};
pub(crate) use super::{tray::RECORDS, view::card_of};
use crate::membership;

/// What a member has under way with a listing: an open proposal first, else an agreement still to come.
pub(crate) async fn under_way(
    c: &mut AsyncPgConnection,
    listing: Uuid,
    member: Uuid,
) -> Result<Option<Uuid>, Problem> {
    Ok(store::under_way(c, listing, member).await?)
}

/// How many offers to each of these needs wait for the need's owner; needs without one are absent.
pub(crate) async fn count_offers(
    c: &mut AsyncPgConnection,
    needs: &[Uuid],
) -> Result<HashMap<Uuid, i64>, Problem> {
    Ok(store::count_offers(c, needs).await?)
}

/// A need was closed: every open offer to it is declined, and its author hears so. The need is locked.
pub(crate) async fn need_closed(tx: &mut Tx<'_>, need: Uuid) -> Result<(), Problem> {
    decline_offers(tx, need, DeclineReason::NeedClosed).await
}

/// Declines every open proposal about a need; an agreement is no proposal any more. The need is locked.
pub(super) async fn decline_offers(
    tx: &mut Tx<'_>,
    need: Uuid,
    reason: DeclineReason,
) -> Result<(), Problem> {
    let now = tx.clock().now();
    for before in store::lock_proposals(tx, need).await? {
        let ticked = before.engagement.clone().tick(now);
        // One that ended a moment ago ends so, and not by this.
        let (after, facts) = if ticked.0.state.is_terminal() {
            ticked
        } else {
            before.engagement.clone().decline(Actor::System, reason, now)?
        };
        change::write(tx, Some(&before), &after, &facts, now).await?;
    }
    Ok(())
}

/// Lines of `me`'s lists, with the others' cards in one query.
pub(super) async fn rows(
    c: &mut AsyncPgConnection,
    regions: &Regions,
    me: Uuid,
    saved: Vec<Saved>,
    now: DateTime<Utc>,
) -> Result<Vec<EngagementRow>, Problem> {
    let mut seen = Vec::with_capacity(saved.len());
    for row in saved {
        let side = row.engagement.side_of(me)?;
        seen.push((row.engagement.tick(now).0, side, row.updated_at));
    }
    let others: Vec<Uuid> = seen.iter().map(|(e, side, _)| e.party(side.other())).collect();
    let cards = membership::api::cards(c, regions, &others).await?;
    let row = |(e, me, updated_at): &(Engagement, Side, _)| Seen { e, me: *me, now }.row(&cards, *updated_at);
    Ok(seen.iter().map(row).collect())
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

/// Where a page of records ended.
pub(crate) type RecordKey = store::Key;

/// A session that is over, for the list of hours.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub key: RecordKey,
    pub engagement: Uuid,
    pub title: String,
    pub other: Uuid,
    pub is_donor: bool,
    /// On record, where it is; else as planned.
    pub minutes: i32,
    pub starts_at: DateTime<Utc>,
    /// One of [`RECORDS`].
    pub state: &'static str,
}

/// Which records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Records {
    All,
    Given,
    Received,
    Pending,
}

/// A member's sessions that are over, the latest first: `limit` of them behind `after`.
pub(crate) async fn records(
    c: &mut AsyncPgConnection,
    me: Uuid,
    which: Records,
    after: Option<RecordKey>,
    limit: usize,
) -> Result<Vec<Record>, Problem> {
    let held: Option<&'static [&'static str]> = Some(&["took_place"]);
    let (side, only) = match which {
        Records::All => (None, None),
        Records::Given => (Some(Side::Donor), held),
        Records::Received => (Some(Side::Recipient), held),
        Records::Pending => (None, Some(["waiting", "on_hold"].as_slice())),
    };
    let rows = store::page(c, me, Of::Records { side, only }, after, limit).await?;
    let record = |(key, saved): (RecordKey, Saved)| {
        let e = saved.engagement;
        let side = e.side_of(me).ok()?;
        Some(Record {
            key,
            engagement: e.id,
            other: e.party(side.other()),
            is_donor: side == Side::Donor,
            minutes: match e.state {
                State::Completed { minutes } => minutes.get(),
                _ => e.terms.minutes.get(),
            },
            starts_at: e.terms.starts_at,
            state: tray::record(&e)?,
            title: e.listing.title,
        })
    };
    Ok(rows.into_iter().filter_map(record).collect())
}
