//! `POST /account/address`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    http::{ApiJson, Fields, Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::problem::Refusal;
use crate::{
    account::{self, Email},
    device_session,
    mail::{self, About, MailKind, OnItsWay, Purpose},
    throttle::Throttle,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAddress {
    /// The new address: in any case, width and form of the domain; before the `@` ASCII.
    #[schema(example = "minji@dojob.example", max_length = 254)]
    email: String,
}

/// Asks for another address, or for a first one. Nothing changes before the link is opened that is sent there. An address that has
/// an account already is answered in the same way: the mail tells its owner alone. Whoever asks has proved within the last five
/// minutes who they are.
#[utoipa::path(operation_id = "change_address", tag = "address", request_body = ChangeAddress,
    responses((status = 202, body = OnItsWay, description = "A mail is on its way to the new address"), Problems),
    security(("bearer" = [])))]
#[post("/account/address")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    limits: Data<Throttle>,
    me: Caller,
    ApiJson(req): ApiJson<ChangeAddress>,
) -> Result<HttpResponse, Problem> {
    let account = {
        let mut connection = cx.read().await?;
        device_session::require_proved(&mut connection, &me, cx.clock.now()).await?;
        account::get(&mut connection, me.account).await?
    };
    let mut f = Fields::new();
    let email = f.take("/email", Email::parse(&req.email));
    let email = f.finish(email)?;
    if Some(&email) == account.email.as_ref() {
        return Err(Refusal::Unchanged.into());
    }
    limits.attempt(&cx, &[limits.mails_to(email.as_str())]).await?;

    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        // Locks the account: whoever logs this device out meanwhile comes before or after all of this.
        account::lock_credential(&mut tx, account.id).await?;
        device_session::require_proved(&mut tx, &me, now).await?;
        let owner = account::find_verified(&mut tx, &email).await?;
        let (whose, kind, about) = if let Some(owner) = owner {
            (owner, MailKind::AlreadyRegistered, About::link(Purpose::Reset))
        } else {
            let about = About { address: Some(&email), ..About::link(Purpose::Change) };
            (account.id, MailKind::ConfirmNewAddress, about)
        };
        Ok(mail::request(&mut tx, whose, kind, about).await?)
    })
    .await?;
    Ok(HttpResponse::Accepted().json(OnItsWay::default()))
}
