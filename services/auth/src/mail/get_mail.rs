//! `GET /internal/auth/mails/{id}`

use actix_web::{HttpResponse, get, web::Data};
use chrono::{DateTime, Utc};
use common::{
    Ctx,
    http::{ApiPath, Problem, Problems},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    domain::{MailKind, Purpose},
    guard::Internal,
    link::Links,
    store,
};
use crate::account::{Email, Locale};

/// A mail to be sent.
#[derive(Serialize, ToSchema)]
pub struct MailView {
    /// The address of now.
    to: String,
    locale: Locale,
    kind: MailKind,
    params: MailParams,
    /// After this its link does nothing, and it is not worth sending.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<Utc>>,
}

/// What its text mentions.
#[derive(Serialize, ToSchema)]
pub struct MailParams {
    /// When what it tells of happened.
    at: DateTime<Utc>,
    /// What it asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// Minutes for which the link works from `at` on.
    #[serde(skip_serializing_if = "Option::is_none")]
    minutes: Option<i64>,
    /// "Chrome · Windows"
    #[serde(skip_serializing_if = "Option::is_none")]
    device: Option<String>,
    /// The account's present address with most of it hidden, where the mail goes to another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// The list of devices.
    devices: String,
    /// Where a new password is asked for.
    forgotten: String,
}

/// A mail as it is to be sent now. 404 when it need not be sent any more: its account is gone, its link does nothing, or mails
/// do not reach the account.
#[utoipa::path(operation_id = "get_mail", tag = "mail", params(("id" = Uuid, Path)),
    responses((status = 200, body = MailView), Problems))]
#[get("/mails/{id}")]
pub(super) async fn handle(
    _: Internal,
    cx: Data<Ctx>,
    links: Data<Links>,
    id: ApiPath<Uuid>,
) -> Result<HttpResponse, Problem> {
    let now = cx.clock.now();
    let row = store::find_mail(&mut *cx.read().await?, id.0).await?.ok_or_else(Problem::not_found)?;
    let kind = MailKind::of(&row.kind).ok_or_else(|| Problem::internal("a mail of no kind"))?;
    let is_unreachable = row.address.is_none() && row.unreachable_until.is_some_and(|until| until > now);
    let is_over = row.link.as_ref().is_some_and(|(.., until, used)| used.is_some() || *until <= now);
    if is_unreachable || is_over {
        return Err(Problem::not_found());
    }
    let purpose = row.link.as_ref().and_then(|(_, purpose, ..)| Purpose::of(purpose));
    let link = row.link.as_ref().zip(purpose).map(|((id, ..), purpose)| links.url(*id, purpose));
    let until = row.link.as_ref().map(|(.., until, _)| *until);
    let own = row.account_email.map(Email::of);
    let params = MailParams {
        at: row.requested_at,
        link,
        minutes: purpose.map(|purpose| purpose.life().num_minutes()),
        device: row.device,
        address: row.address.as_ref().and(own.as_ref()).map(Email::hinted),
        devices: links.page("/me/devices"),
        forgotten: links.page("/forgotten"),
    };
    // As DNS has the domain: no mail server needs SMTPUTF8 for it.
    let to = row.address.or_else(|| own.map(|own| own.as_str().to_owned())).ok_or_else(Problem::not_found)?;
    Ok(HttpResponse::Ok().json(MailView { to, locale: Locale::of(&row.locale), kind, params, until }))
}
