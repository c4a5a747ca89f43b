//! SQL of the tables `mails` and `mail_links`.

use chrono::{DateTime, Utc};
use common::db::Tx;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::domain::{MailKind, Purpose};
use crate::{
    account::Email,
    schema::{accounts, mail_links, mails},
};

/// A new link as it is stored.
pub struct NewLink<'a> {
    pub id: Uuid,
    pub account: Uuid,
    pub purpose: Purpose,
    pub address: &'a Email,
    pub at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

pub async fn insert_link(tx: &mut Tx<'_>, new: &NewLink<'_>) -> QueryResult<()> {
    diesel::insert_into(mail_links::table)
        .values((
            mail_links::id.eq(new.id),
            mail_links::account_id.eq(new.account),
            mail_links::purpose.eq(new.purpose.code()),
            mail_links::address.eq(new.address.as_str()),
            mail_links::created_at.eq(new.at),
            mail_links::expires_at.eq(new.expires_at),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// A link as it stands.
pub struct LinkRow {
    pub account: Uuid,
    pub address: Email,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

type Link = (Uuid, String, DateTime<Utc>, DateTime<Utc>, Option<DateTime<Utc>>);

pub async fn find_link(
    c: &mut AsyncPgConnection,
    id: Uuid,
    purpose: Purpose,
) -> QueryResult<Option<LinkRow>> {
    let found = mail_links::table
        .find(id)
        .filter(mail_links::purpose.eq(purpose.code()))
        .select((
            mail_links::account_id,
            mail_links::address,
            mail_links::created_at,
            mail_links::expires_at,
            mail_links::used_at,
        ))
        .first::<Link>(c)
        .await
        .optional()?;
    Ok(found.map(|(account, address, created_at, expires_at, used_at)| LinkRow {
        account,
        address: Email::of(address),
        created_at,
        expires_at,
        used_at,
    }))
}

/// Uses the link up; its account is locked.
pub async fn use_link(tx: &mut Tx<'_>, id: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(mail_links::table.find(id)).set(mail_links::used_at.eq(now)).execute(tx).await?;
    Ok(())
}

/// Ends every link of this account that still works, but for those that take a change back.
pub async fn void_links(tx: &mut Tx<'_>, account: Uuid, now: DateTime<Utc>) -> QueryResult<()> {
    let open = mail_links::table
        .filter(mail_links::account_id.eq(account))
        .filter(mail_links::purpose.ne(Purpose::Undo.code()))
        .filter(mail_links::used_at.is_null())
        .filter(mail_links::expires_at.gt(now));
    diesel::update(open).set(mail_links::expires_at.eq(now)).execute(tx).await?;
    Ok(())
}

/// Ends the links that take a later change back than the one of that moment.
pub async fn void_later_undos(
    tx: &mut Tx<'_>,
    account: Uuid,
    than: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let later = mail_links::table
        .filter(mail_links::account_id.eq(account))
        .filter(mail_links::purpose.eq(Purpose::Undo.code()))
        .filter(mail_links::created_at.gt(than))
        .filter(mail_links::expires_at.gt(now));
    diesel::update(later).set(mail_links::expires_at.eq(now)).execute(tx).await?;
    Ok(())
}

/// A new mail as it is stored.
pub struct NewMail<'a> {
    pub id: Uuid,
    pub account: Uuid,
    pub kind: MailKind,
    pub address: Option<&'a Email>,
    pub link: Option<Uuid>,
    pub device: Option<&'a str>,
    pub at: DateTime<Utc>,
}

pub async fn insert_mail(tx: &mut Tx<'_>, new: &NewMail<'_>) -> QueryResult<()> {
    diesel::insert_into(mails::table)
        .values((
            mails::id.eq(new.id),
            mails::account_id.eq(new.account),
            mails::kind.eq(new.kind.code()),
            mails::address.eq(new.address.map(Email::as_str)),
            mails::link_id.eq(new.link),
            mails::device.eq(new.device),
            mails::requested_at.eq(new.at),
        ))
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether such a mail was asked for since.
pub async fn has_mail_since(
    tx: &mut Tx<'_>,
    account: Uuid,
    kind: MailKind,
    since: DateTime<Utc>,
) -> QueryResult<bool> {
    let recent = mails::table
        .filter(mails::account_id.eq(account))
        .filter(mails::kind.eq(kind.code()))
        .filter(mails::requested_at.gt(since));
    diesel::select(diesel::dsl::exists(recent)).get_result(tx).await
}

/// Id, purpose, end and use.
type LinkOfMail = (Uuid, String, DateTime<Utc>, Option<DateTime<Utc>>);

/// A mail with what it needs of its account and its link.
#[derive(Queryable)]
pub struct MailRow {
    pub kind: String,
    pub address: Option<String>,
    pub device: Option<String>,
    pub requested_at: DateTime<Utc>,
    pub account: Uuid,
    pub account_email: Option<String>,
    pub locale: String,
    pub unreachable_until: Option<DateTime<Utc>>,
    pub link: Option<LinkOfMail>,
}

pub async fn find_mail(c: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<MailRow>> {
    mails::table
        .inner_join(accounts::table)
        .left_join(mail_links::table.on(mails::link_id.eq(mail_links::id.nullable())))
        .filter(mails::id.eq(id))
        .select((
            mails::kind,
            mails::address,
            mails::device,
            mails::requested_at,
            accounts::id,
            accounts::email,
            accounts::locale,
            accounts::unreachable_until,
            (mail_links::id, mail_links::purpose, mail_links::expires_at, mail_links::used_at).nullable(),
        ))
        .first(c)
        .await
        .optional()
}

/// Deletes a mail and its link.
pub async fn delete_mail(tx: &mut Tx<'_>, id: Uuid) -> QueryResult<()> {
    let link = diesel::delete(mails::table.find(id))
        .returning(mails::link_id)
        .get_result::<Option<Uuid>>(tx)
        .await
        .optional()?;
    if let Some(link) = link.flatten() {
        diesel::delete(mail_links::table.find(link)).execute(tx).await?;
    }
    Ok(())
}
