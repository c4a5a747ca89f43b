//! `DELETE /account/credentials/{provider}`

use actix_web::{HttpResponse, delete, web::Data};
use common::{
    Ctx,
    auth::Caller,
    db::Tx,
    events::{Actor, Emit},
    http::{ApiPath, Problem, Problems},
};

use super::{domain, events::IdentityUnlinked, store};
use crate::{
    account,
    device_session::{self, Device},
    provider::{Provider, Providers},
    security_log::{self, Entry, SecurityEventKind},
};

/// Takes a provider away from the ways to log in. The last way in stays. Devices that are logged in stay so. Whoever asks has
/// proved within the last five minutes who they are.
#[utoipa::path(operation_id = "unlink_provider", tag = "credential", params(("provider" = Provider, Path)),
    responses((status = 204, description = "Unlinked"), Problems), security(("bearer" = [])))]
#[delete("/account/credentials/{provider}")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    providers: Data<Providers>,
    me: Caller,
    device: Device,
    provider: ApiPath<Provider>,
) -> Result<HttpResponse, Problem> {
    let client = providers.find(provider.0).ok_or_else(Problem::not_found)?;
    cx.tx(async |mut tx: Tx<'_>| {
        let now = tx.clock().now();
        device_session::require_proved(&mut tx, &me, now).await?;
        // Locks the account: of two that unlink at once the second counts what the first has left.
        let password = account::lock_credential(&mut tx, me.account).await?;
        let linked = store::list(&mut tx, me.account).await?;
        if !linked.iter().any(|one| one.issuer == client.issuer()) {
            return Err(Problem::not_found());
        }
        // One at a provider that is not offered any more leads nowhere, nor does what the provider has taken away.
        let is_usable =
            |one: &&store::Listed| one.unlinked_at.is_none() && providers.of_issuer(&one.issuer).is_some();
        let usable = linked.iter().filter(is_usable).count();
        domain::may_unlink(usable, password.is_some())?;
        store::delete(&mut tx, me.account, client.issuer()).await?;
        let version = account::next_version(&mut tx, me.account).await?;
        let unlinked = IdentityUnlinked { account_id: me.account, provider: client.provider(), version };
        tx.emit(Actor::Account(me.account), &unlinked).await?;
        let (kind, place) = (SecurityEventKind::ProviderUnlinked, device.place(me.account));
        let entry = Entry::at_provider(kind, place, client.provider());
        security_log::record(&mut tx, me.account, entry).await?;
        Ok(())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
