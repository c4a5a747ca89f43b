//! Speaks with one provider. Each has a client, keys and a circuit of its own: one that hangs, lies or rotates its keys keeps
//! nobody from logging in at the others.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use chrono::{DateTime, Utc};
use openidconnect::{
    ClientId, CsrfToken, HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope,
    core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata},
};
use reqwest::{
    StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap},
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;

use super::{
    apple,
    circuit::Circuit,
    domain::{Failure, Profile, Provider},
    event::{self, Signed, Told},
    facts::Facts,
    google, kakao, naver,
    settings::{ClientSecret, ProviderSettings},
    verify::{self, Doubt, Expected, Said},
};

/// A provider has so long for an answer; the browser waits meanwhile.
const PATIENCE: Duration = Duration::from_secs(5);
const CONNECT: Duration = Duration::from_secs(2);

/// No document or token of a provider is longer.
const MOST: usize = 256 * 1024;

/// What a provider publishes about itself is asked for again after this long.
const KEEP: Duration = Duration::from_hours(1);

/// An unknown key asks for the keys again, at most this often: made-up key ids cost nothing.
const REFETCH: Duration = Duration::from_secs(30);

/// One provider, as this service is registered with it.
pub(crate) struct Client {
    provider: Provider,
    facts: &'static Facts,
    id: ClientId,
    secret: ClientSecret,
    admin_key: Option<SecretString>,
    issuer: IssuerUrl,
    profile: Option<String>,
    redirect: RedirectUrl,
    http: reqwest::Client,
    known: Mutex<Option<Known>>,
    circuit: Circuit,
}

/// What it last published: endpoints and keys.
struct Known {
    metadata: Arc<CoreProviderMetadata>,
    asked: Instant,
    good_until: Instant,
}

/// What binds an authorization to one browser's visit.
pub(crate) struct Secrets<'a> {
    pub state: &'a str,
    pub nonce: &'a str,
    /// PKCE.
    pub verifier: &'a str,
}

/// What a provider hands out for a code.
pub(crate) struct Tokens {
    access_token: String,
    id_token: String,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

/// Read leniently: Naver writes `expires_in` as text and refuses with status 200; Kakao says more in `error_code`.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: Option<String>,
    id_token: Option<String>,
    error: Option<String>,
    error_code: Option<String>,
}

impl Client {
    /// `pages` is where browsers reach us, without a slash at the end.
    ///
    /// # Errors
    /// An address cannot be read, or no HTTP client can be made.
    pub fn new(provider: Provider, settings: ProviderSettings, pages: &str) -> anyhow::Result<Self> {
        let facts = match provider {
            Provider::Kakao => &kakao::FACTS,
            Provider::Naver => &naver::FACTS,
            Provider::Google => &google::FACTS,
            Provider::Apple => &apple::FACTS,
        };
        let code = provider.code();
        let issuer = settings.issuer.unwrap_or_else(|| facts.issuer.to_owned());
        let redirect = format!("{pages}/api/auth/callback/{code}");
        Ok(Self {
            provider,
            facts,
            id: ClientId::new(settings.client_id),
            secret: settings.secret,
            admin_key: settings.admin_key,
            issuer: IssuerUrl::new(issuer).with_context(|| format!("the issuer of {code}"))?,
            profile: settings.profile.or_else(|| facts.profile.map(str::to_owned)),
            redirect: RedirectUrl::new(redirect).context("the public address")?,
            http: reqwest::Client::builder()
                .timeout(PATIENCE)
                .connect_timeout(CONNECT)
                .redirect(reqwest::redirect::Policy::none())
                .build()?,
            known: Mutex::new(None),
            circuit: Circuit::default(),
        })
    }

    pub fn provider(&self) -> Provider {
        self.provider
    }

    /// The claim `iss` of its `id_tokens`.
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Where to send the browser. `again`: the password is asked for although somebody is logged in there.
    pub async fn authorize(&self, secrets: &Secrets<'_>, again: bool) -> Result<String, Failure> {
        let metadata = self.metadata(false).await?;
        let (state, nonce) = (secrets.state.to_owned(), secrets.nonce.to_owned());
        let verifier = PkceCodeVerifier::new(secrets.verifier.to_owned());
        let client = CoreClient::from_provider_metadata((*metadata).clone(), self.id.clone(), None)
            .set_redirect_uri(self.redirect.clone())
            // It is in the scope already, in this provider's notation.
            .disable_openid_scope();
        let mut request = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scope(Scope::new(self.facts.scope.to_owned()))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if self.facts.form_post {
            request = request.add_extra_param("response_mode", "form_post");
        }
        if let Some((name, value)) = self.facts.again.filter(|_| again) {
            request = request.add_extra_param(name, value);
        }
        let (url, _, _) = request.url();
        Ok(url.to_string())
    }

    /// Hands in a code, once.
    pub async fn exchange(
        &self,
        code: &str,
        secrets: &Secrets<'_>,
        now: DateTime<Utc>,
    ) -> Result<Tokens, Failure> {
        let metadata = self.metadata(false).await?;
        let url = metadata.token_endpoint().ok_or(Failure::Unavailable)?;
        let secret = self.secret(now)?;
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.redirect.as_str()),
            ("client_id", self.id.as_str()),
            ("client_secret", secret.as_str()),
            ("code_verifier", secrets.verifier),
            // Naver's documents call it mandatory here, too; the others do not mind.
            ("state", secrets.state),
        ];
        let form = serde_urlencoded::to_string(form).map_err(|e| self.unavailable(&e))?;
        let request = self
            .http
            .post(url.as_str())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(form)
            .build();
        let answer =
            self.send(request.map_err(|e| self.unavailable(&e))?).await.map_err(|e| self.unavailable(&e))?;
        if is_trouble(answer.status) {
            return Err(self.unavailable(&answer.status));
        }
        let Ok(read) = serde_json::from_slice::<TokenAnswer>(&answer.body) else {
            return Err(self.unavailable(&"the answer to a token request cannot be read"));
        };
        match read {
            TokenAnswer {
                error: None, access_token: Some(access_token), id_token: Some(id_token), ..
            } => Ok(Tokens { access_token, id_token }),
            TokenAnswer { error: Some(error), error_code, .. } => {
                let is_trouble = error_code.as_deref() == Some("KOE003");
                match error.as_str() {
                    "invalid_grant" if !is_trouble => Err(Failure::Code),
                    _ => Err(self.unavailable(&format_args!("{error} {}", error_code.unwrap_or_default()))),
                }
            }
            _ => Err(self
                .unavailable(&"there is no id_token in it: is OpenID Connect switched on in the console?")),
        }
    }

    /// Whom the tokens are of. A key that is not known yet is looked for once.
    pub async fn verify(
        &self,
        tokens: &Tokens,
        secrets: &Secrets<'_>,
        now: DateTime<Utc>,
    ) -> Result<Said, Failure> {
        for keys_again in [false, true] {
            let metadata = self.metadata(keys_again).await?;
            let expected = Expected {
                issuer: &self.issuer,
                client: &self.id,
                keys: metadata.jwks(),
                nonce: secrets.nonce,
                now,
            };
            match verify::verify(&tokens.id_token, &expected) {
                Ok(said) => return Ok(said),
                Err(Doubt::UnknownKey) => {}
                Err(Doubt::Unbelievable(why)) => {
                    tracing::warn!(provider = self.provider.code(), why, "an id_token is not believed");
                    return Err(Failure::Unbelievable);
                }
            }
        }
        tracing::warn!(
            provider = self.provider.code(),
            "an id_token is signed with a key that is not published"
        );
        Err(Failure::Unbelievable)
    }

    /// What it tells besides; asked only about who is new here.
    pub async fn profile(&self, tokens: &Tokens, said: &Said) -> Result<Profile, Failure> {
        let profile = match &self.profile {
            None => Value::Null,
            Some(url) => {
                let request =
                    self.http.get(url).bearer_auth(&tokens.access_token).header(ACCEPT, "application/json");
                let request = request.build().map_err(|e| self.unavailable(&e))?;
                let answer = self.send(request).await.map_err(|e| self.unavailable(&e))?;
                if is_trouble(answer.status) {
                    return Err(self.unavailable(&answer.status));
                }
                serde_json::from_slice(&answer.body).map_err(|_unreadable| Failure::Unbelievable)?
            }
        };
        (self.facts.read_profile)(said, &profile)
    }

    /// Whether this is the header of who knows the admin key: the only proof that Kakao's older message brings.
    pub fn knows_admin_key(&self, authorization: &str) -> bool {
        let given = authorization.strip_prefix("KakaoAK ").unwrap_or_default().trim();
        let is_same =
            |key: &SecretString| verify_slices_are_equal(key.expose_secret().as_bytes(), given.as_bytes());
        !given.is_empty() && self.admin_key.as_ref().is_some_and(|key| is_same(key).is_ok())
    }

    /// Reads the form that Naver signs with a key from our client secret.
    pub fn read_disconnect(&self, form: &naver::Disconnect) -> Option<Told> {
        match &self.secret {
            ClientSecret::Text(secret) => naver::read_disconnect(form, self.id.as_str(), secret),
            ClientSecret::Apple(_) => None,
        }
    }

    /// Reads a message that the provider signs with its own keys. A key that is not known yet is looked for once.
    pub async fn read_signed(&self, token: &str, now: DateTime<Utc>) -> Result<Signed, Failure> {
        for keys_again in [false, true] {
            let metadata = self.metadata(keys_again).await?;
            let keys = event::keys(metadata.jwks()).map_err(|e| self.unavailable(&e))?;
            match event::read(token, &keys, self.issuer.as_str(), self.id.as_str(), now) {
                Ok(signed) => return Ok(signed),
                Err(Doubt::UnknownKey) => {}
                Err(Doubt::Unbelievable(why)) => {
                    tracing::warn!(provider = self.provider.code(), why, "an event is not believed");
                    return Err(Failure::Unbelievable);
                }
            }
        }
        tracing::warn!(
            provider = self.provider.code(),
            "an event is signed with a key that is not published"
        );
        Err(Failure::Unbelievable)
    }

    fn secret(&self, now: DateTime<Utc>) -> Result<String, Failure> {
        match &self.secret {
            ClientSecret::Text(text) => Ok(text.expose_secret().to_owned()),
            ClientSecret::Apple(key) => {
                apple::client_secret(key, &self.id, &self.issuer, now).map_err(|e| self.unavailable(&e))
            }
        }
    }

    /// What the provider publishes, with its keys. Where it cannot be had again, what was known goes on; one request at a time.
    async fn metadata(&self, keys_again: bool) -> Result<Arc<CoreProviderMetadata>, Failure> {
        let mut known = self.known.lock().await;
        let is_good = |known: &&Known| {
            if keys_again { known.asked.elapsed() < REFETCH } else { Instant::now() < known.good_until }
        };
        if let Some(known) = known.as_ref().filter(is_good) {
            return Ok(known.metadata.clone());
        }
        let carry = |request: HttpRequest| self.carry(request);
        let answered = CoreProviderMetadata::discover_async(self.issuer.clone(), &carry).await;
        let asked = Instant::now();
        match answered {
            Ok(metadata) => {
                let metadata = Arc::new(metadata);
                *known = Some(Known { metadata: metadata.clone(), asked, good_until: asked + KEEP });
                Ok(metadata)
            }
            Err(error) => {
                let unavailable = self.unavailable(&error);
                let known = known.as_mut().ok_or(unavailable)?;
                // Those behind us need not wait for it, too.
                (known.asked, known.good_until) = (asked, asked + REFETCH);
                if keys_again { Err(unavailable) } else { Ok(known.metadata.clone()) }
            }
        }
    }

    async fn carry(&self, request: HttpRequest) -> io::Result<HttpResponse> {
        let request = reqwest::Request::try_from(request).map_err(io::Error::other)?;
        let Answer { status, headers, body } = self.send(request).await?;
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }

    async fn send(&self, request: reqwest::Request) -> io::Result<Answer> {
        if !self.circuit.is_closed(Instant::now()) {
            return Err(io::Error::other("it has failed again and again a moment ago"));
        }
        let answered = self.receive(request).await;
        let was_there = answered.as_ref().is_ok_and(|answer| !is_trouble(answer.status));
        self.circuit.note(was_there, Instant::now());
        answered
    }

    async fn receive(&self, request: reqwest::Request) -> io::Result<Answer> {
        let failed = |error: reqwest::Error| io::Error::other(error.without_url());
        let mut response = self.http.execute(request).await.map_err(failed)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > MOST {
                return Err(io::Error::other("its answer is too long"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer { status, headers, body })
    }

    /// For the log: the person is told that it is unavailable.
    fn unavailable(&self, cause: &dyn std::fmt::Display) -> Failure {
        tracing::warn!(provider = self.provider.code(), %cause, "an identity provider is unavailable");
        Failure::Unavailable
    }
}

/// Its own trouble, or too many requests of ours: not the person's fault.
fn is_trouble(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("provider", &self.provider).finish_non_exhaustive()
    }
}
