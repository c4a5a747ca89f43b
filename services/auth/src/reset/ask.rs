//! `POST /password/forgotten`

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

/// Timer that looks up who asked for a new password.
pub(super) const ASK: &str = "reset.ask";

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Forgotten {
    email: String,
}

/// Sends a link by which a new password can be set. The answer and the work are the same whether the address has an account or
/// not: that is looked up afterwards. Who signed up and has not opened the first mail yet receives that one again.
#[utoipa::path(operation_id = "forgot_password", tag = "reset", request_body = Forgotten,
    responses((status = 202, body = OnItsWay, description = "If the address has an account, a mail is on its way"), Problems))]
#[post("/password/forgotten")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    limits: Data<Throttle>,
    _: SameOrigin,
    from: RemoteAddr,
    ApiJson(req): ApiJson<Forgotten>,
) -> Result<HttpResponse, Problem> {
    let email = Email::presented(&req.email);
    limits.attempt(&cx, &[limits.mails_to(email.as_str()), limits.mails_from(from.0)]).await?;
    cx.tx(async |mut tx: Tx<'_>| {
        let (key, now) = (tx.clock().id(), tx.clock().now());
        Ok(tx.schedule(ASK, key, now, &as_before(&req.email)).await?)
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
        Some(_) => (MailKind::ResetPassword, Purpose::Reset),
    };
    mail::request(tx, account.id, kind, About::link(purpose)).await?;
    Ok(None)
}
