//! `POST /address/resend`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    http::{ApiJson, Problem, Problems, RemoteAddr, SameOrigin},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    mail::{self, MailKind, OnItsWay},
    throttle::Throttle,
};

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
    RemoteAddr(from): RemoteAddr,
    ApiJson(req): ApiJson<ResendVerification>,
) -> Result<HttpResponse, Problem> {
    mail::ask(&cx, &limits, from, &req.email, MailKind::AlreadyRegistered).await
}
