//! Declining what is still open about a need, because it was filled or closed.

use common::{db::Tx, http::Problem};
use uuid::Uuid;

use super::{
    change,
    domain::{Actor, DeclineReason},
    store,
};

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
