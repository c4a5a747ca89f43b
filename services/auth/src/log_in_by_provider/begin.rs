//! `POST /providers/{provider}/begin`

use actix_web::{HttpRequest, HttpResponse, post, web::Data};
use common::{
    Ctx,
    db::Tx,
    http::{ApiJson, ApiPath, Problem, Problems, RemoteAddr, SameOrigin},
    jobs::Schedule,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    binding::{BROWSER, Bindings},
    domain::{self, LIFE, Purpose, Refusal, Visit},
    forget::FORGET,
    store,
};
use crate::{
    device_session,
    gate::MaybeMember,
    provider::{Provider, Providers},
    throttle::Throttle,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    purpose: Purpose,
    /// The page to come back to: one of a few.
    #[schema(example = "/me")]
    return_to: String,
}

/// Where to go now.
#[derive(Serialize, ToSchema)]
pub struct BegunView {
    /// At the provider; the page leaves for it.
    location: String,
}

/// Begins a visit to a provider: for ten minutes, in this browser, once. Nothing of the person is stored, only hashes by which
/// their browser is recognised when it comes back. To link, they must have proved who they are within the last five minutes.
#[utoipa::path(operation_id = "begin_provider_visit", tag = "provider", params(("provider" = Provider, Path)),
    request_body = Begin,
    responses((status = 201, body = BegunView, description = "Sets the browser's mark"), Problems), security((), ("bearer" = [])))]
#[post("/providers/{provider}/begin")]
#[expect(clippy::too_many_arguments, reason = "what a request is judged by")]
pub(super) async fn handle(
    cx: Data<Ctx>,
    providers: Data<Providers>,
    bindings: Data<Bindings>,
    limits: Data<Throttle>,
    _: SameOrigin,
    me: MaybeMember,
    address: RemoteAddr,
    request: HttpRequest,
    provider: ApiPath<Provider>,
    ApiJson(req): ApiJson<Begin>,
) -> Result<HttpResponse, Problem> {
    let client = providers.find(provider.0).ok_or_else(Problem::not_found)?;
    let return_to = domain::return_to(&req.return_to).ok_or(Refusal::ReturnTo)?;
    let account = match req.purpose {
        Purpose::LogIn => None,
        Purpose::Link => {
            let me = me.0.ok_or(Refusal::NotLoggedIn)?;
            device_session::require_proved(&mut *cx.read().await?, &me, cx.clock.now()).await?;
            Some(me.account)
        }
        Purpose::Prove => {
            let me = me.0.ok_or(Refusal::NotLoggedIn)?;
            device_session::require_live(&mut *cx.read().await?, &me, cx.clock.now()).await?;
            Some(me.account)
        }
    };
    let visits = [limits.visits_from(address.0)];
    let bound = bindings.begin()?;
    let asked = async {
        let secrets = bound.secrets();
        client
            .authorize(&secrets, req.purpose == Purpose::Prove)
            .await
            .map_err(|failure| Refusal::from(failure).into())
    };
    let location = limits.attempt_to(&cx, &visits, asked).await?;
    let (browser, mark) = BROWSER.set(&request)?;
    let (provider, purpose, expires_at) = (client.provider(), req.purpose, cx.clock.now() + LIFE);
    let visit = Visit { provider, purpose, account, return_to, expires_at };
    let state = bound.state_hash();
    cx.tx(async |mut tx: Tx<'_>| {
        store::insert(&mut tx, &state, &browser, &visit).await?;
        tx.schedule(FORGET, hex::encode(state), visit.expires_at + LIFE, &()).await?;
        Ok(())
    })
    .await?;
    Ok(HttpResponse::Created().cookie(mark).json(BegunView { location }))
}
