//! What the other contexts may do with ways to log in.

use common::{
    db::{OnConstraint, Tx},
    events::{Actor, Emit},
    http::Problem,
};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::{domain::Refusal, events::IdentityLinked, lost, store};
use crate::{
    account::next_version,
    provider::Proof,
    security_log::{self, Entry, Place, SecurityEventKind},
};

/// Whose account it is that somebody at a provider logs in to.
pub(crate) async fn find_account(c: &mut AsyncPgConnection, proof: &Proof) -> Result<Option<Uuid>, Problem> {
    Ok(store::find_account(c, &proof.issuer, &proof.subject).await?)
}

/// The provider's proof opens this account from now on; part of joining.
///
/// # Errors
/// 409 `credential.taken`: the same person has joined meanwhile, on another device or in another tab.
pub(crate) async fn add(tx: &mut Tx<'_>, account: Uuid, proof: &Proof) -> Result<(), Problem> {
    let (id, at) = (tx.clock().id(), tx.clock().now());
    let new = store::New { id, account, issuer: &proof.issuer, subject: &proof.subject, at };
    store::insert(tx, &new)
        .await
        .on_constraint("credentials_issuer_subject_key", Problem::from(Refusal::Taken))
}

/// The same for an account that somebody has proved to be theirs; doing it again changes nothing. True if the last way in was lost
/// before, and now there is one.
///
/// # Errors
/// 409 `credential.taken`, `credential.another`.
pub(crate) async fn link(
    tx: &mut Tx<'_>,
    account: Uuid,
    proof: &Proof,
    place: Place,
) -> Result<bool, Problem> {
    // Locks the account: two that link at once see one another.
    let version = next_version(tx, account).await?;
    match store::find_account(tx, &proof.issuer, &proof.subject).await? {
        Some(owner) if owner == account => {
            return lost::come_back(tx, account, &proof.issuer, proof.provider).await;
        }
        Some(_) => return Err(Refusal::Taken.into()),
        None => {}
    }
    // What was left as the way back goes: there is another one.
    let was_lost = store::delete_unlinked(tx, account).await?;
    if store::list(tx, account).await?.iter().any(|one| one.issuer == proof.issuer) {
        return Err(Refusal::Another.into());
    }
    add(tx, account, proof).await?;
    let linked = IdentityLinked { account_id: account, provider: proof.provider, version };
    tx.emit(Actor::Account(account), &linked).await?;
    let entry = Entry::at_provider(SecurityEventKind::ProviderLinked, place, proof.provider);
    security_log::record(tx, account, entry).await?;
    Ok(was_lost)
}

/// What using a way in has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Touch {
    /// It does not open this account (any more).
    Nothing,
    Opens,
    /// It was the last one, and lost; it is in force again.
    Back,
}

/// Notes that it was used, which undoes what its provider has said before.
pub(crate) async fn touch(tx: &mut Tx<'_>, account: Uuid, proof: &Proof) -> Result<Touch, Problem> {
    let now = tx.clock().now();
    if !store::touch(tx, account, &proof.issuer, &proof.subject, now).await? {
        return Ok(Touch::Nothing);
    }
    let was_lost = lost::come_back(tx, account, &proof.issuer, proof.provider).await?;
    Ok(if was_lost { Touch::Back } else { Touch::Opens })
}
