//! `POST /address/verify`

use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{ApiJson, Problem, Problems, SameOrigin},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::Refusal;
use crate::{
    account::{self, AccountCard, Password},
    browser,
    device_session::{self, Device, DeviceSessionView, Origin},
    gate::Gate,
    identity,
    issuer::Issuer,
    mail::{self, Links, Purpose},
    throttle::{self, Throttle},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyAddress {
    /// What stands behind the `#` of the link.
    #[schema(max_length = 64)]
    token: String,
    /// The one that was chosen at the sign-up. Needed in another browser than the one that signed up.
    #[schema(max_length = 128)]
    password: Option<String>,
}

/// Opens the account that somebody signed up for, and logs this device in: whoever opens the link receives the mails of the
/// address. That they also signed up is shown by the browser's mark, or else by the password: nobody opens an account whose password
/// somebody else has chosen. Of several sign-ups with one address the first that is verified counts.
#[utoipa::path(operation_id = "verify_address", tag = "address", request_body = VerifyAddress,
    params(("__Host-dojob_sign_up" = Option<String>, Cookie, description = "The mark of the browser that signed up")),
    responses((status = 200, body = DeviceSessionView, description = "Sets the refresh cookie, and that of a known device"), Problems))]
#[post("/address/verify")]
#[expect(clippy::too_many_arguments, reason = "what a request is judged by")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    gate: Data<Gate>,
    links: Data<Links>,
    limits: Data<Throttle>,
    _: SameOrigin,
    device: Device,
    request: HttpRequest,
    ApiJson(req): ApiJson<VerifyAddress>,
) -> Result<HttpResponse, Problem> {
    let browser = browser::SIGN_UP.of(&request);
    if let Some(password) = &req.password {
        // Nobody has the hasher work who has no link of ours.
        let (id, _) =
            mail::peek(&mut *cx.read().await?, &links, Purpose::Verify, &req.token, cx.clock.now()).await?;
        let Some(credential) = account::find_credential(&mut *cx.read().await?, id).await? else {
            // Somebody else has verified the address since, and the account is gone: the link says so.
            mail::peek(&mut *cx.read().await?, &links, Purpose::Verify, &req.token, cx.clock.now()).await?;
            return Err(Refusal::WrongPassword.into());
        };
        let tries = [limits.passwords_with_link(id)];
        let presented = Password::presented(password);
        if !limits.attempt_to(&cx, &tries, issuer.verify(Some(&credential), &presented)).await? {
            return Err(Refusal::WrongPassword.into());
        }
        throttle::give_all_back(&cx, &tries).await?;
    }
    let (account, opened) = cx
        .tx(async |mut tx: Tx<'_>| {
            let link = mail::open(&mut tx, &links, Purpose::Verify, &req.token).await?;
            let id = link.account.id;
            let signed_up = account::find_sign_up_browser(&mut tx, id).await?;
            let is_here = browser.is_some_and(|here| signed_up.as_deref() == Some(here.as_slice()));
            // A password that came along is the right one: a pending account keeps the one that it was made with.
            if !is_here && req.password.is_none() {
                return Err(Refusal::PasswordNeeded.into());
            }
            identity::register(&mut tx, &link.account, link.born).await?;
            mail::void_links(&mut tx, id).await?;
            let opened = device_session::start(&mut tx, id, &device, Origin::First).await?;
            Ok((link.account, opened))
        })
        .await?;
    let remembered = account.email.as_ref().map(|email| device.remember(&cx, email));
    let card = AccountCard::from(&account);
    device_session::enter(&cx, &**issuer, &gate, HttpResponse::Ok(), card, opened, remembered).await
}
