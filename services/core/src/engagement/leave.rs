//! Engagements of whoever leaves: what has not begun ends, as by their own hand; what has goes on without them, so that the hours
//! of the other side stay true.

use common::{db::Tx, events::Actor, http::Problem};
use uuid::Uuid;

use super::{change, domain::State, store};
use crate::{catalogue, listing::ListingKind};

/// Ends what is proposed and what is agreed. The needs that it is about are locked.
pub(super) async fn end_open(tx: &mut Tx<'_>, member: Uuid) -> Result<(), Problem> {
    let now = tx.clock().now();
    for (id, ..) in store::open_of(tx, member).await? {
        let Some(before) = store::lock(tx, id).await? else { continue };
        let side = before.engagement.side_of(member)?;
        let (after, facts) = before.engagement.clone().leave(side, now)?;
        if facts.is_empty() {
            continue;
        }
        change::write(tx, Some(&before), &after, &facts, now).await?;
        let (kind, listing) = (after.listing.kind, after.listing.id);
        let frees_a_place = matches!(after.state, State::Cancelled { .. }) && kind == ListingKind::Need;
        if frees_a_place && catalogue::api::owner(tx, kind, listing).await?.is_some() {
            catalogue::api::reopen_need(tx, listing, Actor::Account(member)).await?;
        }
    }
    Ok(())
}
