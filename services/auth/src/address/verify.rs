//! `POST /address/verify`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{ApiJson, Problem, Problems, SameOrigin},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    account::AccountCard,
    device_session::{self, Device, DeviceSessionView, Origin},
    gate::Gate,
    identity,
    issuer::Issuer,
    mail::{self, Links, Purpose},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyAddress {
    /// What stands behind the `#` of the link.
    #[schema(max_length = 64)]
    token: String,
}

/// Opens the account that somebody signed up for, and logs this device in: whoever opens the link receives the mails of the
/// address. Of several sign-ups with one address the first that is verified counts.
#[utoipa::path(operation_id = "verify_address", tag = "address", request_body = VerifyAddress,
    responses((status = 200, body = DeviceSessionView, description = "Sets the refresh cookie, and that of a known device"), Problems))]
#[post("/address/verify")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    gate: Data<Gate>,
    links: Data<Links>,
    _: SameOrigin,
    device: Device,
    ApiJson(req): ApiJson<VerifyAddress>,
) -> Result<HttpResponse, Problem> {
    let (account, opened) = cx
        .tx(async |mut tx: Tx<'_>| {
            let link = mail::open(&mut tx, &links, Purpose::Verify, &req.token).await?;
            identity::register(&mut tx, &link.account, link.born).await?;
            mail::void_links(&mut tx, link.account.id).await?;
            let opened = device_session::start(&mut tx, link.account.id, &device, Origin::First).await?;
            Ok((link.account, opened))
        })
        .await?;
    let remembered = account.email.as_ref().map(|email| device.remember(&cx, email));
    let card = AccountCard::from(&account);
    device_session::enter(&cx, &**issuer, &gate, HttpResponse::Ok(), card, opened, remembered).await
}
