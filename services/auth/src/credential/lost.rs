//! A way in that its provider takes away: somebody has disconnected there, or has no account there any more.

use chrono::TimeDelta;
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
/// that is in force again. The last way in stays as the way back: who logs in with it undoes this. The account, if it was the last.
pub(crate) async fn unlink_there(
    tx: &mut Tx<'_>,
    providers: &Providers,
    client: &Client,
    told: &Told,
) -> Result<Option<Uuid>, Problem> {
    let (issuer, now) = (client.issuer(), tx.clock().now());
    let Some(account) = store::find_account(tx, issuer, &told.subject).await? else { return Ok(None) };
    // Locks the account: what is read below stays so.
    let password = account::lock_credential(tx, account).await?;
    let ways = store::list(tx, account).await?;
    let is_meant = |way: &&store::Listed| way.issuer == issuer && way.subject == told.subject;
    let Some(way) = ways.iter().find(is_meant) else { return Ok(None) };
    if way.unlinked_at.is_some() || way.last_used_at >= told.at + SECOND {
        return Ok(None);
    }
    let usable = ways.iter().filter(|way| providers.of_issuer(&way.issuer).is_some()).count();
    let is_last = domain::may_unlink(usable, password.is_some()).is_err();
    if is_last {
        store::mark_unlinked(tx, account, issuer, now).await?;
    } else {
        store::delete(tx, account, issuer).await?;
    }
    let version = account::next_version(tx, account).await?;
    let unlinked = IdentityUnlinked { account_id: account, provider: client.provider(), version };
    tx.emit(Actor::System, &unlinked).await?;
    Ok(is_last.then_some(account))
}

/// Somebody has logged in with it: if it was the last one and lost, it is in force again, and this is true.
pub(super) async fn come_back(
    tx: &mut Tx<'_>,
    account: Uuid,
    issuer: &str,
    provider: Provider,
) -> Result<bool, Problem> {
    let was_lost = store::unmark(tx, account, issuer).await?;
    if was_lost {
        let version = account::next_version(tx, account).await?;
        let linked = IdentityLinked { account_id: account, provider, version };
        tx.emit(Actor::Account(account), &linked).await?;
    }
    Ok(was_lost)
}
