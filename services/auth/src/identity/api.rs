//! What the other contexts may do with sign-ups and passwords.

use chrono::NaiveDate;
use common::{
    db::{OnConstraint, Tx},
    events::{Actor, Emit},
    http::Problem,
    time::seoul,
};

use uuid::Uuid;

use super::{
    events::{AccountRegistered, PasswordChanged},
    problem::Refusal,
};
use crate::{
    account::{self, Account, Credential},
    age::AgeBand,
    consent::{self, Granted},
    device_session::{self, Cause},
    mail::{self, About, MailKind},
    security_log::{self, Entry, Place, SecurityEventKind},
};

/// Makes a pending account one that exists: the address is its own from now on, and the other services hear of it. Others that
/// are pending with the same address are deleted. The account is locked.
///
/// # Errors
/// 409 `account.email_taken`: somebody else has verified the address.
pub(crate) async fn register(tx: &mut Tx<'_>, account: &Account, born: NaiveDate) -> Result<(), Problem> {
    let now = tx.clock().now();
    account::update_verified(tx, account.id, now)
        .await
        .on_constraint("accounts_verified_email_idx", Problem::from(Refusal::EmailTaken))?;
    if let Some(email) = &account.email {
        account::delete_pending_with(tx, email).await?;
    }
    publish(tx, account, born).await
}

/// Tells the other services that somebody has joined.
pub(super) async fn publish(tx: &mut Tx<'_>, account: &Account, born: NaiveDate) -> Result<(), Problem> {
    let now = tx.clock().now();
    let latest = consent::latest(tx, account.id, now).await?;
    let granted = latest.into_iter().filter(|view| view.granted);
    let consents = granted.map(|view| Granted { doc: view.doc, version: view.version }).collect();
    let version = account::next_version(tx, account.id).await?;
    let registered = AccountRegistered {
        account_id: account.id,
        locale: account.locale,
        age_band: AgeBand::of(born, seoul(now).date_naive()),
        consents,
        version,
    };
    tx.emit(Actor::Account(account.id), &registered).await?;
    Ok(())
}

/// Gives an account another password, for whoever receives its mails: every device is logged out, links that were sent before do
/// nothing any more, and the owner is told. The account is locked.
pub(crate) async fn replace_password(
    tx: &mut Tx<'_>,
    account: Uuid,
    credential: &Credential,
    place: Place,
) -> Result<(), Problem> {
    account::update_credential(tx, account, credential).await?;
    mail::void_links(tx, account).await?;
    let version = account::next_version(tx, account).await?;
    tx.emit(Actor::Account(account), &PasswordChanged { account_id: account, version }).await?;
    security_log::record(tx, account, Entry::of(SecurityEventKind::PasswordReset, place)).await?;
    device_session::end_all(tx, account, Cause::PasswordChanged).await?;
    mail::request(tx, account, MailKind::PasswordChanged, About::default()).await?;
    Ok(())
}
