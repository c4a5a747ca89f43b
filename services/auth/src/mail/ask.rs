//! A mail that somebody asks for by an address alone, without having logged in.

use std::net::IpAddr;

use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    db::Tx,
    events::Failure,
    http::Problem,
    jobs::{Job, Schedule},
};
use serde::{Deserialize, Serialize};

use super::{
    api::{About, OnItsWay, request},
    domain::{MailKind, Purpose},
};
use crate::{
    account::{self, Email, as_before},
    throttle::Throttle,
};

/// Timer that looks up who asked.
pub(super) const ASK: &str = "mail.ask";

#[derive(Deserialize, Serialize)]
struct Asked {
    /// As it was typed: it is in the table for as long as the job waits.
    typed: String,
    to_owner: MailKind,
}

/// Sends the owner of an account a mail of the kind `to_owner`, with a link that sets a password; whoever signed up and has not
/// opened the first mail yet receives that one again. The answer and the work are the same whatever the address is: what it is,
/// is looked up afterwards.
pub(crate) async fn ask(
    cx: &Ctx,
    limits: &Throttle,
    from: IpAddr,
    typed: &str,
    to_owner: MailKind,
) -> Result<HttpResponse, Problem> {
    let email = Email::presented(typed);
    limits.attempt(cx, &[limits.mails_to(email.as_str()), limits.mails_from(from)]).await?;
    cx.tx(async |mut tx: Tx<'_>| {
        let (key, now) = (tx.clock().id(), tx.clock().now());
        Ok(tx.schedule(ASK, key, now, &Asked { typed: as_before(typed), to_owner }).await?)
    })
    .await?;
    Ok(HttpResponse::Accepted().json(OnItsWay::default()))
}

pub(super) async fn run(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let asked: Asked = serde_json::from_value(job.payload).map_err(|e| Failure::Permanent(e.to_string()))?;
    let email = Email::presented(&asked.typed);
    let Some((account, _)) = account::find_by_email(tx, &email, &asked.typed).await? else { return Ok(None) };
    let (kind, purpose) = match account.verified_at {
        None => (MailKind::VerifyAddress, Purpose::Verify),
        Some(_) => (asked.to_owner, Purpose::Reset),
    };
    request(tx, account.id, kind, About::link(purpose)).await?;
    Ok(None)
}
