//! `POST /prove`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{ApiJson, Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::Refusal;
use crate::{
    account::{self, Password},
    device_session,
    gate::Member,
    issuer::Issuer,
    throttle::Throttle,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Prove {
    password: String,
}

/// Proves by the password who is on this device. For five minutes it may do what needs such a proof; the same is done at a provider
/// by a visit whose purpose is `prove`. Wrong guesses count for this device session, with those where the password is changed.
#[utoipa::path(operation_id = "prove", tag = "identity", request_body = Prove,
    responses((status = 204, description = "Proved"), Problems), security(("bearer" = [])))]
#[post("/prove")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    limits: Data<Throttle>,
    Member(me): Member,
    ApiJson(req): ApiJson<Prove>,
) -> Result<HttpResponse, Problem> {
    let (account, credential) = {
        let mut connection = cx.read().await?;
        device_session::require_live(&mut connection, &me, cx.clock.now()).await?;
        account::get_credential(&mut connection, me.account).await?
    };
    // Who logs in at a provider alone proves it there.
    let credential = credential.ok_or(Refusal::NotMyPassword)?;

    let tries = [limits.passwords_in(me.session)];
    let presented = Password::presented(&req.password);
    if !limits.attempt_to(&cx, &tries, issuer.verify(Some(&credential), &presented)).await? {
        return Err(Refusal::NotMyPassword.into());
    }

    cx.tx(async |mut tx: Tx<'_>| {
        // It may have been changed since it was looked at.
        if account::lock_credential(&mut tx, account.id).await?.as_ref() != Some(&credential) {
            return Err(Refusal::NotMyPassword.into());
        }
        for one in &tries {
            limits.reset(&mut tx, one).await?;
        }
        device_session::prove(&mut tx, &me).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
