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
    account::{self, Email, Password},
    device_session,
    issuer::Issuer,
    mail::{self, About, MailKind, OnItsWay, Purpose},
    throttle::{self, Throttle},
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAddress {
    /// The new address: in any case, width and form of the domain; before the `@` ASCII.
    #[schema(example = "minji@dojob.example", max_length = 254)]
    email: String,
    /// The present one, as a proof that it is the owner who asks.
    password: String,
}

/// Asks for another address. Nothing changes before the link is opened that is sent there. An address that has an account
/// already is answered in the same way: the mail tells its owner alone.
#[utoipa::path(operation_id = "change_address", tag = "address", request_body = ChangeAddress,
    responses((status = 202, body = OnItsWay, description = "A mail is on its way to the new address"), Problems),
    security(("bearer" = [])))]
#[post("/account/address")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    limits: Data<Throttle>,
    me: Caller,
    ApiJson(req): ApiJson<ChangeAddress>,
) -> Result<HttpResponse, Problem> {
    let (account, credential) = {
        let mut connection = cx.read().await?;
        device_session::require_live(&mut connection, &me, cx.clock.now()).await?;
        account::get_credential(&mut connection, me.account).await?
    };
    // Who logs in at a provider alone has none to prove themselves by.
    let credential = credential.ok_or(Refusal::NotMyPassword)?;
    let mut f = Fields::new();
    let email = f.take("/email", Email::parse(&req.email));
    let email = f.finish(email)?;
    if Some(&email) == account.email.as_ref() {
        return Err(Refusal::Unchanged.into());
    }

    let tries = [limits.passwords_in(me.session)];
    limits.attempt(&cx, &tries).await?;
    match issuer.verify(Some(&credential), &Password::presented(&req.password)).await {
        Ok(true) => {}
        Ok(false) => return Err(Refusal::NotMyPassword.into()),
        Err(overloaded) => {
            throttle::give_all_back(&cx, &tries).await?;
            return Err(overloaded);
        }
    }
    limits.attempt(&cx, &[limits.mails_to(email.as_str())]).await?;

    cx.tx(async |mut tx: Tx<'_>| {
        if account::lock_credential(&mut tx, account.id).await?.as_ref() != Some(&credential) {
            return Err(Refusal::NotMyPassword.into());
        }
        for one in &tries {
            limits.reset(&mut tx, one).await?;
        }
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
