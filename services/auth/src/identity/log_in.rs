//! `POST /login`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{ApiJson, Problem, Problems, SameOrigin},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::Refusal;
use crate::{
    account::{self, AccountCard, Email, Password, as_before},
    device_session::{self, Device, DeviceSessionView, Origin},
    gate::Gate,
    issuer::Issuer,
    security_log,
    throttle::{self, Throttle},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogIn {
    email: String,
    password: String,
}

/// Logs this device in. Nothing in the answer, the time it takes or the throttling tells whether an e-mail is
/// registered: what is no address, is not registered or has another password goes the same way. Only who
/// knows the password learns that the address is not verified yet. A device on which somebody
/// logged in with this e-mail before has tries of its own, however often others guess.
#[utoipa::path(operation_id = "log_in", tag = "identity", request_body = LogIn,
    responses((status = 200, body = DeviceSessionView, description = "Sets the refresh cookie, and that of a known device"), Problems))]
#[post("/login")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    gate: Data<Gate>,
    limits: Data<Throttle>,
    _: SameOrigin,
    device: Device,
    ApiJson(req): ApiJson<LogIn>,
) -> Result<HttpResponse, Problem> {
    let email = Email::presented(&req.email);
    let password = Password::presented(&req.password);
    let as_before = as_before(&req.email);
    let known = device.known_to(&email, cx.clock.now());
    let known = match known {
        // Since then its owner may have thrown it out.
        Some(one) if account::is_known_since(&mut *cx.read().await?, &email, &as_before, one.at).await? => {
            Some(one.device)
        }
        _ => None,
    };
    let counted = match known {
        Some(device) => vec![limits.passwords_on(device, email.as_str())],
        None => vec![limits.passwords_of(email.as_str()), limits.passwords_from(device.address)],
    };
    let verified = async {
        let found = account::find_by_email(&mut *cx.read().await?, &email, &as_before).await?;
        let (account, credential) = found.unzip();
        let credential = credential.flatten();
        let verified = issuer.verify(credential.as_ref(), &password).await?;
        Ok((account, credential, verified))
    };
    let (Some(account), Some(credential), true) = limits.attempt_to(&cx, &counted, verified).await? else {
        security_log::log_in_failed(&cx, &req.email).await?;
        return Err(Refusal::Credentials.into());
    };

    if account.verified_at.is_none() {
        throttle::give_all_back(&cx, &counted).await?;
        return Err(Refusal::Unverified.into());
    }
    let opened = cx
        .tx(async |mut tx: Tx<'_>| {
            // The password may have been changed since it was looked at; then this device must not get in.
            if account::lock_credential(&mut tx, account.id).await?.as_ref() != Some(&credential) {
                return Err(Refusal::Credentials.into());
            }
            // The counter of the account, or of it on this device; an address gets back what it used.
            if let Some((of, from)) = counted.split_first() {
                limits.reset(&mut tx, of).await?;
                for one in from {
                    throttle::give_back(&mut tx, one).await?;
                }
            }
            let origin = if known.is_some() { Origin::Known } else { Origin::New };
            device_session::start(&mut tx, account.id, &device, origin).await
        })
        .await?;
    let remembered = device.remember(&cx, &email);
    let card = AccountCard::from(&account);
    device_session::enter(&cx, &**issuer, &gate, HttpResponse::Ok(), card, opened, Some(remembered)).await
}
