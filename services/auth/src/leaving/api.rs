//! What leads to an account's end, and back from it.

use chrono::{DateTime, Utc};
use common::{
    db::Tx,
    events::{Actor, Emit},
    http::Problem,
    jobs::Schedule,
};
use uuid::Uuid;

use super::{
    domain::{CLOSE, UNDO},
    events::{AccountDeletionCancelled, AccountDeletionScheduled},
    problem::Refusal,
};
use crate::{
    account::{self, next_version},
    device_session::{self, Cause},
    mail::{self, About, MailKind},
};

/// The account is to be erased in fourteen days, or on the day that was said before. Others do not see the person any more, every
/// device is logged out, and the owner is told by mail.
///
/// # Errors
/// 404 when there is no such account.
pub(crate) async fn schedule(tx: &mut Tx<'_>, id: Uuid) -> Result<DateTime<Utc>, Problem> {
    let now = tx.clock().now();
    let (found, _) = account::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    let erase_at = if let Some(asked_before) = found.erase_at {
        asked_before
    } else {
        let erase_at = now + UNDO;
        account::update_erase_at(tx, id, Some(erase_at)).await?;
        tx.schedule(CLOSE, id, erase_at, &()).await?;
        let version = next_version(tx, id).await?;
        let scheduled = AccountDeletionScheduled { account_id: id, erase_at, version };
        tx.emit(Actor::Account(id), &scheduled).await?;
        mail::request(tx, id, MailKind::DeletionScheduled, About::default()).await?;
        erase_at
    };
    device_session::end_all(tx, id, Cause::LogoutAll).await?;
    Ok(erase_at)
}

/// The account stays. One that was never to be erased stays as it is.
///
/// # Errors
/// 404 when there is no such account; 409 `account.erasing` when the time for it is over.
pub(crate) async fn cancel(tx: &mut Tx<'_>, id: Uuid) -> Result<(), Problem> {
    let now = tx.clock().now();
    let (found, _) = account::lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    let Some(erase_at) = found.erase_at else { return Ok(()) };
    if erase_at <= now {
        return Err(Refusal::Erasing.into());
    }
    account::update_erase_at(tx, id, None).await?;
    tx.unschedule(CLOSE, id).await?;
    let version = next_version(tx, id).await?;
    tx.emit(Actor::Account(id), &AccountDeletionCancelled { account_id: id, version }).await?;
    Ok(())
}
