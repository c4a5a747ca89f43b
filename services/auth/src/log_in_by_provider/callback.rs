//! `GET` and `POST /callback/{provider}`

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    post,
    web::{Bytes, Data},
};
use common::{
    Ctx,
    db::Tx,
    http::{ApiPath, ApiQuery, Problem, Problems},
};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    binding::{BROWSER, Bindings},
    domain::{Arrival, Purpose, Refusal, Visit},
    store,
};
use crate::{
    credential,
    provider::{Client, Profile, Proof, Provider, Providers, apple_name_of},
};

/// The page that finishes a visit. It is told where to go on, and a problem's code if there is one.
const BACK: &str = "/login/back";

/// A form is a code, a state and a name.
const MOST: usize = 16 * 1024;

/// What a provider sends back. Providers may send more; it is not looked at.
#[derive(Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[schema(as = ProviderCallback)]
pub struct Callback {
    state: Option<String>,
    code: Option<String>,
    /// Instead of a code: why there is none.
    error: Option<String>,
    /// RFC 9207: who answers.
    iss: Option<String>,
    /// Apple, the first time: a name.
    user: Option<String>,
}

/// A provider sends the browser back. Whatever comes of it, the browser goes on to a page of ours; no token is ever in an
/// address.
#[utoipa::path(operation_id = "provider_callback", tag = "provider",
    params(("provider" = Provider, Path), Callback),
    responses((status = 303, description = "To the page that finishes; sets the sealed proof"), Problems),
    extensions(("x-no-screen" = json!("providers send browsers here"))))]
#[get("/callback/{provider}")]
pub(super) async fn by_address(
    cx: Data<Ctx>,
    providers: Data<Providers>,
    bindings: Data<Bindings>,
    request: HttpRequest,
    provider: ApiPath<Provider>,
    ApiQuery(callback): ApiQuery<Callback>,
) -> Result<HttpResponse, Problem> {
    answer(&cx, &providers, &bindings, &request, provider.0, callback).await
}

/// The same where the provider's page posts a form (Apple).
#[utoipa::path(operation_id = "provider_callback_form", tag = "provider", params(("provider" = Provider, Path)),
    request_body(content = Callback, content_type = "application/x-www-form-urlencoded"),
    responses((status = 303, description = "To the page that finishes; sets the sealed proof"), Problems),
    extensions(("x-no-screen" = json!("providers send browsers here"))))]
#[post("/callback/{provider}")]
pub(super) async fn by_form(
    cx: Data<Ctx>,
    providers: Data<Providers>,
    bindings: Data<Bindings>,
    request: HttpRequest,
    provider: ApiPath<Provider>,
    form: Bytes,
) -> Result<HttpResponse, Problem> {
    let read = (form.len() <= MOST).then(|| serde_urlencoded::from_bytes(&form).ok()).flatten();
    let nothing = Callback { state: None, code: None, error: None, iss: None, user: None };
    answer(&cx, &providers, &bindings, &request, provider.0, read.unwrap_or(nothing)).await
}

async fn answer(
    cx: &Ctx,
    providers: &Providers,
    bindings: &Bindings,
    request: &HttpRequest,
    provider: Provider,
    callback: Callback,
) -> Result<HttpResponse, Problem> {
    let client = providers.find(provider).ok_or_else(Problem::not_found)?;
    let mut to = HttpResponse::SeeOther();
    let visit = match spend(cx, client, bindings, request, &callback).await? {
        Ok(visit) => visit,
        Err(refusal) => {
            to.insert_header((header::LOCATION, back("/", Some(refusal))));
            return Ok(to.finish());
        }
    };
    match arrive(cx, client, bindings, &visit, callback).await? {
        Ok(arrival) => {
            to.cookie(bindings.keep(&arrival)?);
            to.insert_header((header::LOCATION, back(visit.return_to, None)));
        }
        Err(refusal) => {
            to.insert_header((header::LOCATION, back(visit.return_to, Some(refusal))));
        }
    }
    Ok(to.finish())
}

/// The visit that this is the end of. It is spent before the provider is asked, whatever comes of it: a second answer to the
/// same visit finds none.
async fn spend(
    cx: &Ctx,
    client: &Client,
    bindings: &Bindings,
    request: &HttpRequest,
    callback: &Callback,
) -> Result<Result<Visit, Refusal>, Problem> {
    let (Some(state), Some(browser)) = (callback.state.clone(), BROWSER.of(request)) else {
        return Ok(Err(Refusal::Over));
    };
    let state = bindings.of(state).state_hash();
    let visit = cx
        .tx(async |mut tx: Tx<'_>| {
            let now = tx.clock().now();
            Ok(store::arrive(&mut tx, &state, &browser, client.provider(), now).await?)
        })
        .await?;
    Ok(visit.ok_or(Refusal::Over))
}

/// Asks the provider who came back.
async fn arrive(
    cx: &Ctx,
    client: &Client,
    bindings: &Bindings,
    visit: &Visit,
    callback: Callback,
) -> Result<Result<Arrival, Refusal>, Problem> {
    if callback.iss.as_deref().is_some_and(|iss| iss != client.issuer()) {
        return Ok(Err(Refusal::Unbelievable));
    }
    let (code, state) = match (callback.error.as_deref(), callback.code, callback.state) {
        (None, Some(code), Some(state)) => (code, state),
        (Some("access_denied" | "user_cancelled_authorize" | "consent_required"), _, _) => {
            return Ok(Err(Refusal::Declined));
        }
        _ => return Ok(Err(Refusal::Unavailable)),
    };
    let (bound, now) = (bindings.of(state), cx.clock.now());
    let asked = async {
        let tokens = client.exchange(&code, &bound.secrets(), now).await?;
        let said = client.verify(&tokens, &bound.secrets(), now).await?;
        Ok::<_, Refusal>((tokens, said))
    };
    let (tokens, said) = match asked.await {
        Ok(asked) => asked,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let mut proof = Proof {
        provider: client.provider(),
        issuer: client.issuer().to_owned(),
        subject: said.subject.clone(),
        profile: Profile::default(),
    };
    // A profile is asked for only about who may join: nobody else's is of use here.
    let is_new = visit.purpose == Purpose::LogIn
        && credential::find_account(&mut *cx.read().await?, &proof).await?.is_none();
    if is_new {
        proof.profile = match client.profile(&tokens, &said).await {
            Ok(profile) => profile,
            Err(failure) => return Ok(Err(failure.into())),
        };
        let first_time = callback.user.as_deref().filter(|_| client.provider() == Provider::Apple);
        proof.profile.name = proof.profile.name.or_else(|| first_time.and_then(apple_name_of));
        proof.profile = proof.profile.bounded();
    }
    if visit.purpose == Purpose::Prove && !said.is_recent(now) {
        return Ok(Err(Refusal::Unbelievable));
    }
    Ok(Ok(Arrival { visit: hex::encode(bound.state_hash()), proof, at: now }))
}

/// The address of the page that finishes: only words of ours are in it.
fn back(return_to: &str, refusal: Option<Refusal>) -> String {
    let problem = refusal.map(|refusal| Problem::from(refusal).code());
    let query = [("next", Some(return_to)), ("problem", problem)];
    let query: Vec<(&str, &str)> = query.into_iter().filter_map(|(k, v)| Some((k, v?))).collect();
    // Nothing of it can fail to be written.
    format!("{BACK}?{}", serde_urlencoded::to_string(query).unwrap_or_default())
}
