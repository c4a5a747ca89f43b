//! `POST /address/resend`

use actix_web::{HttpResponse, post, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    db::Tx,
    events::Failure,
    http::{ApiJson, Problem, Problems, RemoteAddr, SameOrigin},
    jobs::{Job, Schedule},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    account::{self, Email, as_before},
    mail::{self, About, MailKind, OnItsWay, Purpose},
    throttle::Throttle,
};

/// Timer that sends the mail of a sign-up again.
pub(super) const RESEND: &str = "address.resend";

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResendVerification {
    email: String,
}

/// Sends the mail of a sign-up again. The answer and the work are the same whatever the address is: what it is, is looked up
/// afterwards. An address that has an account is told that; to one that nobody signed up with nothing is sent.
#[utoipa::path(operation_id = "resend_verification", tag = "address", request_body = ResendVerification,
    responses((status = 202, body = OnItsWay, description = "If somebody signed up with it, a mail is on its way"), Problems))]
#[post("/address/resend")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    limits: Data<Throttle>,
    _: SameOrigin,
    from: RemoteAddr,
    ApiJson(req): ApiJson<ResendVerification>,
) -> Result<HttpResponse, Problem> {
    let email = Email::presented(&req.email);
    limits.attempt(&cx, &[limits.mails_to(email.as_str()), limits.mails_from(from.0)]).await?;
    cx.tx(async |mut tx: Tx<'_>| {
        let (key, now) = (tx.clock().id(), tx.clock().now());
        Ok(tx.schedule(RESEND, key, now, &as_before(&req.email)).await?)
    })
    .await?;
    Ok(HttpResponse::Accepted().json(OnItsWay::default()))
}

/// The payload is the address as it was typed: it is in the table for as long as the job waits.
pub(super) async fn run(tx: &mut Tx<'_>, job: Job) -> Result<Option<DateTime<Utc>>, Failure> {
    let typed: String = serde_json::from_value(job.payload).map_err(|e| Failure::Permanent(e.to_string()))?;
    let email = Email::presented(&typed);
    let Some((account, _)) = account::find_by_email(tx, &email, &typed).await? else { return Ok(None) };
    let (kind, purpose) = match account.verified_at {
        None => (MailKind::VerifyAddress, Purpose::Verify),
        Some(_) => (MailKind::AlreadyRegistered, Purpose::Reset),
    };
    mail::request(tx, account.id, kind, About::link(purpose)).await?;
    Ok(None)
}
