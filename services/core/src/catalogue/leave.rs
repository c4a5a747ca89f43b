//! Listings of whoever leaves: they rest at once, and go with the person.

use common::{db::Tx, events::Actor, http::Problem};
use uuid::Uuid;

use super::{change, domain::Fact, expire, store};

/// Lets everything rest that the member has open; the listings are locked.
pub(crate) async fn rest(tx: &mut Tx<'_>, owner: Uuid) -> Result<(), Problem> {
    let now = tx.clock().now();
    for listing in store::lock_of(tx, owner, &[]).await? {
        if listing.is_open(now) {
            let resting = listing.pause(now)?;
            change::write(tx, Actor::Account(owner), &resting, Fact::Paused).await?;
        }
    }
    Ok(())
}

/// Deletes the member's listings. Engagements and conversations know them by their ids alone.
pub(crate) async fn erase(tx: &mut Tx<'_>, owner: Uuid) -> Result<(), Problem> {
    for id in store::delete_of(tx, owner).await? {
        expire::forget_timer(tx, id).await?;
    }
    Ok(())
}
