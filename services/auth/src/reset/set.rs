//! `POST /password/reset`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{ApiJson, Fields, Problem, Problems, SameOrigin},
};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    account::{Email, Password},
    device_session::Device,
    identity,
    issuer::Issuer,
    mail::{self, Links, Purpose},
    throttle::Throttle,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// What stands behind the `#` of the link.
    #[schema(max_length = 64)]
    token: String,
    /// 10 to 128 characters of any kind.
    #[schema(min_length = 10, max_length = 128)]
    password: String,
}

/// Sets a new password by the link of a mail, on whatever device it is opened, and logs every device out. Wrong passwords that
/// were counted for the address are forgotten: a stranger's guesses do not keep its owner out.
#[utoipa::path(operation_id = "reset_password", tag = "reset", request_body = ResetPassword,
    responses((status = 204, description = "Set; every device is logged out"), Problems))]
#[post("/password/reset")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    links: Data<Links>,
    limits: Data<Throttle>,
    _: SameOrigin,
    device: Device,
    ApiJson(req): ApiJson<ResetPassword>,
) -> Result<HttpResponse, Problem> {
    new_password(&req.password, None)?;
    // Nobody has the hasher work who has no link of ours, or is told by it what is in somebody's address.
    let (account, email) =
        mail::peek(&mut *cx.read().await?, &links, Purpose::Reset, &req.token, cx.clock.now()).await?;
    let password = new_password(&req.password, Some(&email))?;
    let credential = issuer.set_password(account, &password).await?;
    cx.tx(async |mut tx: Tx<'_>| {
        let link = mail::open(&mut tx, &links, Purpose::Reset, &req.token).await?;
        let place = device.place(link.account.id);
        identity::replace_password(&mut tx, link.account.id, &credential, place).await?;
        match &link.account.email {
            Some(email) => limits.reset(&mut tx, &limits.passwords_of(email.as_str())).await,
            None => Ok(()),
        }
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn new_password(raw: &str, email: Option<&Email>) -> Result<Password, Problem> {
    let mut f = Fields::new();
    let password = f.take("/password", Password::new(raw, email));
    f.finish(password)
}
