//! Who may ask for their account to be erased: whoever has just proved to be its owner.

use common::{Ctx, auth::Caller, http::Problem};

use super::{domain::FRESH, problem::Refusal, store};
use crate::{
    account::{self, Password},
    device_session,
    issuer::Issuer,
    throttle::{self, Throttle},
};

/// Demands the account's password or, without one, that whoever is on this device logged in or proved who they are at a provider
/// within five minutes. Wrong guesses count for this device session alone, as where the password is changed.
///
/// # Errors
/// 401 `session.…`; 403 `account.credentials`, `proof.old`; 429 `account.throttled`; 503 while hashing is overloaded.
pub(super) async fn require(
    cx: &Ctx,
    issuer: &dyn Issuer,
    limits: &Throttle,
    me: &Caller,
    password: Option<&str>,
) -> Result<(), Problem> {
    let now = cx.clock.now();
    let credential = {
        let mut connection = cx.read().await?;
        device_session::require_live(&mut connection, me, now).await?;
        if password.is_none() {
            let is_fresh = store::is_proved_since(&mut connection, me.session, now - FRESH).await?;
            return if is_fresh { Ok(()) } else { Err(Refusal::OldProof.into()) };
        }
        account::get_credential(&mut connection, me.account).await?.1
    };
    let given = Password::presented(password.unwrap_or_default());
    let tries = [limits.passwords_in(me.session)];
    limits.attempt(cx, &tries).await?;
    match issuer.verify(credential.as_ref(), &given).await {
        Ok(true) => throttle::give_all_back(cx, &tries).await,
        Ok(false) => Err(Refusal::NotMyPassword.into()),
        Err(overloaded) => {
            throttle::give_all_back(cx, &tries).await?;
            Err(overloaded)
        }
    }
}
