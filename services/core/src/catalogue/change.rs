//! How a change of a listing's state is written down: the row, the timer and the event, together.

use common::{db::Tx, events::Actor, http::Problem};
use futures_util::future::join;
use uuid::Uuid;

use super::{
    domain::{Command, Fact, Listing, State},
    events, expire, store,
};
use crate::{
    budget::{Budgets, Kind},
    listing::ListingRef,
    membership,
};

/// Carries out what the owner wants done with a listing.
///
/// # Errors
/// 404 when there is none of this kind; 403 `listing.not_yours`; 409 `profile.leaving`; the rule's refusal; 429 after too many
/// edits.
pub(crate) async fn carry_out(
    tx: &mut Tx<'_>,
    budgets: Budgets,
    owner: Uuid,
    of: ListingRef,
    command: Command,
) -> Result<Listing, Problem> {
    let now = tx.clock().now();
    let listing = store::lock(tx, of.kind, of.id);
    let (listing, spent) = match command {
        // As often as it can be opened.
        Command::Close => (listing.await, Ok(())),
        Command::Pause | Command::Resume | Command::Renew => {
            join(listing, budgets.spend(tx, owner, Kind::ListingEdit)).await
        }
    };
    let listing = listing?.ok_or_else(Problem::not_found)?.of(owner)?;
    spent?;
    if matches!(command, Command::Resume | Command::Renew) {
        membership::api::require_staying(tx, owner).await?;
    }
    let (listing, fact) = match command {
        Command::Pause => (listing.pause(now)?, Fact::Paused),
        Command::Resume => (listing.resume(now)?, Fact::Resumed),
        Command::Close => (listing.close(now)?, Fact::Closed),
        Command::Renew => {
            membership::api::lock_members(tx, &[owner]).await?;
            let open = store::count_open(tx, owner, of.kind).await?;
            (listing.renew(open, now)?, Fact::Renewed)
        }
    };
    write(tx, Actor::Account(owner), &listing, fact).await?;
    Ok(listing)
}

/// Writes where a listing stands after `fact`; its row is locked.
pub(super) async fn write(
    tx: &mut Tx<'_>,
    actor: Actor,
    listing: &Listing,
    fact: Fact,
) -> Result<(), Problem> {
    store::update_state(tx, listing).await?;
    match listing.state {
        State::Open | State::Paused => expire::set_timer(tx, listing).await?,
        State::Expired | State::Filled | State::Closed => expire::clear_timer(tx, listing).await?,
    }
    events::publish(tx, actor, listing, fact).await
}
