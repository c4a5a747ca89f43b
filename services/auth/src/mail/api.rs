//! What the other contexts may do with mails and their links.

use chrono::{DateTime, NaiveDate, Utc};
use common::{
    db::Tx,
    events::{Actor, Emit},
    http::Problem,
    jobs::Schedule,
};
use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    domain::{FOLD, KEEP, MailKind, Purpose},
    events::MailRequested,
    forget::FORGET,
    link::Links,
    problem::Refusal,
    store,
};
use crate::account::{self, Account, Email};

/// A mail says the rest. The same whether there is anybody to say it to.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct OnItsWay {}

/// What a mail carries besides its kind.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct About<'a> {
    pub link: Option<Purpose>,
    /// Where it goes, and what its link is about, when that is not the account's address.
    pub address: Option<&'a Email>,
    /// The device that it is about.
    pub device: Option<&'a str>,
}

impl About<'_> {
    /// A mail to the account's address with this link.
    pub fn link(purpose: Purpose) -> Self {
        Self { link: Some(purpose), ..Self::default() }
    }
}

/// Asks for a mail: with the commit it is published that there is one. Nothing is asked for while mails do not reach the
/// account, or if one of the same kind says as much.
pub(crate) async fn request(
    tx: &mut Tx<'_>,
    account: Uuid,
    kind: MailKind,
    about: About<'_>,
) -> QueryResult<()> {
    let (now, id) = (tx.clock().now(), tx.clock().id());
    // A mail to another address than the account's says nothing about whether that one is reached.
    if about.address.is_none() && account::is_unreachable(tx, account, now).await? {
        return Ok(());
    }
    if kind.is_folded() && store::has_mail_since(tx, account, kind, now - FOLD).await? {
        return Ok(());
    }
    let own = account::get(tx, account).await?.email;
    // Who joined through a provider may have none.
    let Some(to) = about.address.or(own.as_ref()) else { return Ok(()) };
    let link = match about.link {
        None => None,
        Some(purpose) => {
            let (link, address) = (tx.clock().id(), to);
            let expires_at = now + purpose.life();
            let new = store::NewLink { id: link, account, purpose, address, at: now, expires_at };
            store::insert_link(tx, &new).await?;
            Some(link)
        }
    };
    let About { address, device, .. } = about;
    store::insert_mail(tx, &store::NewMail { id, account, kind, address, link, device, at: now }).await?;
    tx.schedule(FORGET, id, now + KEEP, &()).await?;
    tx.emit(Actor::System, &MailRequested { mail_id: id, kind, sequence: 1 }).await
}

/// A link that was just used up, and the account that it was for, locked.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    pub account: Account,
    pub born: NaiveDate,
    /// The address that it was about.
    pub address: Email,
    made_at: DateTime<Utc>,
}

/// Whose link it is and the address that it is about, if it would open now; nothing is used up.
///
/// # Errors
/// As [`open`].
pub(crate) async fn peek(
    c: &mut AsyncPgConnection,
    links: &Links,
    purpose: Purpose,
    token: &str,
    now: DateTime<Utc>,
) -> Result<(Uuid, Email), Problem> {
    let id = links.read(token, purpose).ok_or(Refusal::Invalid)?;
    let link = store::find_link(c, id, purpose).await?.ok_or(Refusal::Expired)?;
    good(&link, now)?;
    Ok((link.account, link.address))
}

fn good(link: &store::LinkRow, now: DateTime<Utc>) -> Result<(), Refusal> {
    match link.used_at {
        Some(_) => Err(Refusal::Used),
        None if link.expires_at <= now => Err(Refusal::Expired),
        None => Ok(()),
    }
}

/// Uses a link up. The account is locked before, so two that open the same link come one after the other.
///
/// # Errors
/// 404 `link.invalid`; 409 `link.used`, `link.expired`.
pub(crate) async fn open(
    tx: &mut Tx<'_>,
    links: &Links,
    purpose: Purpose,
    token: &str,
) -> Result<Opened, Problem> {
    let id = links.read(token, purpose).ok_or(Refusal::Invalid)?;
    let now = tx.clock().now();
    let whose = store::find_link(tx, id, purpose).await?.map(|link| link.account);
    let whose = whose.ok_or(Refusal::Expired)?;
    let (account, born) = account::lock(tx, whose).await?.ok_or(Refusal::Expired)?;
    // As it stands now that nobody else can use it.
    let link = store::find_link(tx, id, purpose).await?.ok_or(Refusal::Expired)?;
    good(&link, now)?;
    store::use_link(tx, id, now).await?;
    Ok(Opened { account, born, address: link.address, made_at: link.created_at })
}

/// After this no link that was sent before does anything, but for those that take a change of address back: who changed the
/// address of another's account would only have to change it twice, or the password, to be rid of its owner.
pub(crate) async fn void_links(tx: &mut Tx<'_>, account: Uuid) -> QueryResult<()> {
    let now = tx.clock().now();
    store::void_links(tx, account, now).await
}

/// A change that was taken back takes those with it that came after it: their links, which whoever made them may hold, do nothing
/// any more. Links of changes before it stay.
pub(crate) async fn void_later_undos(tx: &mut Tx<'_>, used: &Opened) -> QueryResult<()> {
    let now = tx.clock().now();
    store::void_later_undos(tx, used.account.id, used.made_at, now).await
}
