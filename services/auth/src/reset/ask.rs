//! `POST /password/forgotten`

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
    RemoteAddr(from): RemoteAddr,
    ApiJson(req): ApiJson<Forgotten>,
) -> Result<HttpResponse, Problem> {
    mail::ask(&cx, &limits, from, &req.email, MailKind::ResetPassword).await
}
