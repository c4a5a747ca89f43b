//! `POST /account/password`

use actix_web::{HttpResponse, post, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Emit},
    http::{ApiJson, Fields, Problem, Problems},
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{events::PasswordChanged, problem::Refusal};
use crate::{
    account::{self, Email, Password},
    device_session::{self, Cause, Device},
    issuer::Issuer,
    mail::{self, About, MailKind},
    security_log::{self, Entry, SecurityEventKind},
    throttle::Throttle,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    current: String,
    /// 10 to 128 characters of any kind.
    #[schema(min_length = 10, max_length = 128)]
    new: String,
}

/// Changes the password, given the current one, and logs every other device out. Wrong guesses count for this device
/// session alone: those of strangers at log-in keep nobody from changing it.
#[utoipa::path(operation_id = "change_password", tag = "identity", request_body = ChangePassword,
    responses((status = 204, description = "Changed"), Problems), security(("bearer" = [])))]
#[post("/account/password")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    issuer: Data<dyn Issuer>,
    limits: Data<Throttle>,
    me: Caller,
    device: Device,
    ApiJson(req): ApiJson<ChangePassword>,
) -> Result<HttpResponse, Problem> {
    let (account, credential) = {
        let mut connection = cx.read().await?;
        device_session::require_live(&mut connection, &me, cx.clock.now()).await?;
        account::get_credential(&mut connection, me.account).await?
    };
    // Who logs in at a provider alone has none to prove themselves by.
    let credential = credential.ok_or(Refusal::NotMyPassword)?;
    let mut f = Fields::new();
    let new = f.take("/new", Password::new(&req.new, account.email.as_ref()));
    let (new, current) = (f.finish(new)?, Password::presented(&req.current));

    let tries = [limits.passwords_in(me.session)];
    let hashed = async {
        let known = issuer.verify(Some(&credential), &current).await?;
        if known { issuer.set_password(account.id, &new).await.map(Some) } else { Ok(None) }
    };
    let changed = limits.attempt_to(&cx, &tries, hashed).await?.ok_or(Refusal::NotMyPassword)?;

    cx.tx(async |mut tx: Tx<'_>| {
        // Two changes at once: the second one's "current" is no longer that.
        if account::lock_credential(&mut tx, account.id).await?.as_ref() != Some(&credential) {
            return Err(Refusal::NotMyPassword.into());
        }
        account::update_credential(&mut tx, account.id, &changed).await?;
        for one in &tries {
            limits.reset(&mut tx, one).await?;
        }
        let version = account::next_version(&mut tx, account.id).await?;
        let event = PasswordChanged { account_id: account.id, version };
        tx.emit(Actor::Account(account.id), &event).await?;
        mail::void_links(&mut tx, account.id).await?;
        mail::request(&mut tx, account.id, MailKind::PasswordChanged, About::default()).await?;
        let entry = Entry::of(SecurityEventKind::PasswordChanged, device.place(account.id));
        security_log::record(&mut tx, account.id, entry).await?;
        device_session::end_others(&mut tx, &me, Cause::PasswordChanged).await?;
        Ok(())
    })
    .await?;
    // Devices that were known are so no longer; this one is.
    let mut changed = HttpResponse::NoContent();
    if let Some(email) = &account.email {
        changed.cookie(device.remember(&cx, &Email::presented(email.as_str())));
    }
    Ok(changed.finish())
}
