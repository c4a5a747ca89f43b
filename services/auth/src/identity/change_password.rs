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

use super::{domain::Password, problem::Refusal, store};
use crate::{
    Auth,
    event::{Cause, PasswordChanged},
    session, throttle,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    current: String,
    /// 10 to 128 characters of any kind.
    #[schema(min_length = 10, max_length = 128)]
    new: String,
}

/// Changes the password, for whoever knows the current one, and logs every other device out. Wrong guesses count
/// together with those at log-in.
#[utoipa::path(operation_id = "change_password", tag = "identity", request_body = ChangePassword,
    responses((status = 204, description = "Changed"), Problems), security(("bearer" = [])))]
#[post("/account/password")]
pub async fn handle(
    cx: Data<Ctx>,
    auth: Data<Auth>,
    me: Caller,
    ApiJson(req): ApiJson<ChangePassword>,
) -> Result<HttpResponse, Problem> {
    let (account, credential) = {
        let mut connection = cx.read().await?;
        session::require_live(&mut connection, &me, cx.clock.now()).await?;
        store::get_credential(&mut connection, me.account).await?
    };
    let mut f = Fields::new();
    let new = f.take("/new", Password::new(&req.new, Some(&account.email)));
    let (new, current) = (f.finish(new)?, Password::presented(&req.current));

    let tries = auth.throttle.passwords_of(account.email.as_str());
    throttle::attempt(&cx, &[&tries]).await?;
    let hashed = async {
        let known = auth.issuer.verify(Some(&credential), &current).await?;
        if known { auth.issuer.set_password(account.id, &new).await.map(Some) } else { Ok(None) }
    };
    let changed = match hashed.await {
        Ok(Some(changed)) => changed,
        Ok(None) => return Err(Refusal::NotMyPassword.into()),
        Err(away) => {
            throttle::give_all_back(&cx, &[&tries]).await?;
            return Err(away);
        }
    };

    cx.tx(async |mut tx: Tx<'_>| {
        // Two changes at once: the second one's "current" is no longer that.
        if store::lock_credential(&mut tx, account.id).await?.as_ref() != Some(&credential) {
            return Err(Refusal::NotMyPassword.into());
        }
        store::update_credential(&mut tx, account.id, &changed).await?;
        throttle::reset(&mut tx, &tries).await?;
        let version = store::next_version(&mut tx, account.id).await?;
        let event = PasswordChanged { account_id: account.id, version };
        tx.emit(Actor::Account(account.id), &event).await?;
        session::end_others(&mut tx, &me, Cause::PasswordChanged).await
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
