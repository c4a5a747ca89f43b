//! A way in that its provider takes away: somebody has disconnected there, or has no account there any more.

use chrono::{DateTime, TimeDelta, Utc};
use common::{
    db::Tx,
    events::{Actor, Emit},
    http::Problem,
};
use uuid::Uuid;

use super::{
    domain,
    events::{IdentityLinked, IdentityUnlinked},
    store,
};
use crate::{
    account,
    provider::{Client, Provider, Providers, Told},
};

/// Providers tell the time in whole seconds.
const SECOND: TimeDelta = TimeDelta::seconds(1);

/// Takes the way in away that the provider tells of. Hearing it twice, late or of nobody changes nothing: what was used after
/// that is in force again. The last way in stays as the way back: who logs in with it undoes this.
pub(crate) async fn unlink_there(
    tx: &mut Tx<'_>,
    providers: &Providers,
    client: &Client,
    told: &Told,
) -> Result<(), Problem> {
    let (issuer, now) = (client.issuer(), tx.clock().now());
    let Some(account) = store::find_account(tx, issuer, &told.subject).await? else { return Ok(()) };
    // Locks the account: what is read below stays so.
    let password = account::lock_credential(tx, account).await?;
    let ways = store::list(tx, account).await?;
    let is_meant = |way: &&store::Listed| way.issuer == issuer && way.subject == told.subject;
    let Some(way) = ways.iter().find(is_meant) else { return Ok(()) };
    if way.unlinked_at.is_some() || way.last_used_at >= told.at + SECOND {
        return Ok(());
    }
    let usable = ways.iter().filter(|way| providers.of_issuer(&way.issuer).is_some()).count();
    if domain::may_unlink(usable, password.is_some()).is_ok() {
        store::delete(tx, account, issuer).await?;
    } else {
        store::mark_unlinked(tx, account, issuer, now).await?;
        begin_leaving(tx, account, now).await?;
    }
    let version = account::next_version(tx, account).await?;
    let unlinked = IdentityUnlinked { account_id: account, provider: client.provider(), version };
    tx.emit(Actor::System, &unlinked).await?;
    Ok(())
}

/// Somebody has logged in with it: if it was the last one and lost, it is in force again.
pub(super) async fn come_back(
    tx: &mut Tx<'_>,
    account: Uuid,
    issuer: &str,
    provider: Provider,
) -> Result<(), Problem> {
    if store::unmark(tx, account, issuer).await? {
        stay(tx, account).await?;
        let version = account::next_version(tx, account).await?;
        let linked = IdentityLinked { account_id: account, provider, version };
        tx.emit(Actor::Account(account), &linked).await?;
    }
    Ok(())
}

/// Somebody who is still logged in has another way in now: what was lost goes for good.
pub(super) async fn replace(tx: &mut Tx<'_>, account: Uuid) -> Result<(), Problem> {
    if store::delete_unlinked(tx, account).await? {
        stay(tx, account).await?;
    }
    Ok(())
}

/// Nobody can log in any more from now on. Here the fourteen days of leaving begin, once there is leaving; until then the mark
/// on the way in is all there is of it.
#[expect(clippy::unused_async, reason = "leaving is not there yet")]
async fn begin_leaving(_tx: &mut Tx<'_>, account: Uuid, _now: DateTime<Utc>) -> Result<(), Problem> {
    tracing::info!(%account, "its last way in was taken away at the provider");
    Ok(())
}

/// The opposite: what `begin_leaving` began is undone.
#[expect(clippy::unused_async, reason = "leaving is not there yet")]
async fn stay(_tx: &mut Tx<'_>, account: Uuid) -> Result<(), Problem> {
    tracing::info!(%account, "its owner came back");
    Ok(())
}
