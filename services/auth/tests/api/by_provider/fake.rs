//! An identity provider at the network edge: it publishes itself and its keys, hands out codes, and signs what a test tells it
//! to. Its quirks are the provider's.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use actix_web::{
    HttpRequest, HttpResponse,
    web::{self, Bytes, Data, ServiceConfig},
};
use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::{DateTime, Utc};
use dojob_auth::{ClientSecret, Provider, ProviderSettings, generate_signing_key};
use jsonwebtoken::{
    Algorithm, EncodingKey, Header,
    jwk::{Jwk, JwkSet, PublicKeyUse},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use testkit::Hosted;

pub const CLIENT: &str = "dojob-client";
pub const SECRET: &str = "a client secret";
pub const ADMIN_KEY: &str = "an admin key";

/// A key of the provider.
#[derive(Clone)]
pub struct Key {
    pub id: String,
    private: EncodingKey,
}

impl Key {
    pub fn new(id: &str) -> Self {
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        let text = STANDARD.encode(der.as_ref());
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n");
        Self { id: id.to_owned(), private: EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap() }
    }

    fn public(&self) -> Jwk {
        let mut jwk = Jwk::from_encoding_key(&self.private, Algorithm::RS256).unwrap();
        jwk.common.key_id = Some(self.id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        jwk
    }
}

/// What somebody was sent there with.
#[derive(Clone, Debug)]
pub struct Asked(HashMap<String, String>);

impl Asked {
    /// The parameters of the address that a visit begins with.
    pub fn of(location: &str) -> Self {
        let query = location.split_once('?').map_or("", |(_, query)| query);
        Self(serde_urlencoded::from_str(query).unwrap())
    }

    #[track_caller]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.0))
    }

    pub fn find(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// How it behaves.
pub struct State {
    pub issuer: String,
    /// Those that it publishes.
    pub published: Vec<Key>,
    /// The one that it signs with.
    pub signing: Key,
    /// Changes to the claims of the next `id_tokens`; `null` leaves one out.
    pub claims: Value,
    /// Instead of an `id_token` of its own.
    pub id_token: Option<String>,
    /// Instead of the answer of the token endpoint.
    pub token_answer: Option<(u16, Value)>,
    pub profile: (u16, Value),
    /// Everything but the authorization page is silent for so long.
    pub silence: Duration,
    /// Everything but the authorization page answers 503.
    pub broken: bool,
    /// Paths that were asked for.
    pub asked: Vec<String>,
    /// Forms of the token endpoint.
    pub forms: Vec<HashMap<String, String>>,
    /// What its clock says.
    pub now: DateTime<Utc>,
    codes: HashMap<String, Code>,
}

struct Code {
    nonce: String,
    challenge: String,
    redirect: String,
    subject: String,
}

/// A provider that a test plays.
pub struct Fake {
    pub provider: Provider,
    pub base: String,
    state: Arc<Mutex<State>>,
    _server: Hosted,
}

impl Fake {
    /// `now`: what its clock says.
    pub fn start(provider: Provider, now: DateTime<Utc>) -> Self {
        let key = Key::new("one");
        let state = Arc::new(Mutex::new(State {
            issuer: String::new(),
            published: vec![key.clone()],
            signing: key,
            claims: json!({}),
            id_token: None,
            token_answer: None,
            profile: (200, Value::Null),
            silence: Duration::ZERO,
            broken: false,
            asked: Vec::new(),
            forms: Vec::new(),
            now,
            codes: HashMap::new(),
        }));
        let shared = Data::from(state.clone());
        let server = Hosted::start(move |config: &mut ServiceConfig| {
            config
                .app_data(shared.clone())
                .route("/.well-known/openid-configuration", web::get().to(configuration))
                .route("/jwks", web::get().to(jwks))
                .route("/token", web::post().to(token))
                .route("/profile", web::get().to(profile));
        });
        let base = server.base.clone();
        let fake = Self { provider, base: base.clone(), state, _server: server };
        fake.state().issuer = base;
        fake
    }

    /// The registration of this service with it.
    pub fn settings(&self) -> (Provider, ProviderSettings) {
        let secret = if self.provider == Provider::Apple {
            ClientSecret::Apple(dojob_auth::AppleKey {
                team: "TEAM".to_owned(),
                id: "KEY".to_owned(),
                private: generate_signing_key().unwrap(),
            })
        } else {
            ClientSecret::Text(SECRET.into())
        };
        let has_profile = matches!(self.provider, Provider::Kakao | Provider::Naver);
        let profile = has_profile.then(|| format!("{}/profile", self.base));
        let (client_id, issuer) = (CLIENT.to_owned(), Some(self.base.clone()));
        let admin_key = (self.provider == Provider::Kakao).then(|| ADMIN_KEY.into());
        (self.provider, ProviderSettings { client_id, secret, admin_key, issuer, profile })
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody with this subject agrees on its page: the code.
    pub fn approve(&self, asked: &Asked, subject: &str) -> String {
        let mut state = self.state();
        let code = format!("code-{}-{subject}", state.codes.len());
        let one = Code {
            nonce: asked.get("nonce").to_owned(),
            challenge: asked.get("code_challenge").to_owned(),
            redirect: asked.get("redirect_uri").to_owned(),
            subject: subject.to_owned(),
        };
        state.codes.insert(code.clone(), one);
        code
    }

    /// How often a path was asked for.
    pub fn times(&self, path: &str) -> usize {
        self.state().asked.iter().filter(|asked| *asked == path).count()
    }
}

impl State {
    fn note(&mut self, request: &HttpRequest) -> (bool, Duration) {
        self.asked.push(request.path().to_owned());
        (self.broken, self.silence)
    }

    /// An `id_token` as this provider makes them, with the test's changes.
    fn make(&self, code: &Code) -> String {
        if let Some(text) = &self.id_token {
            return text.clone();
        }
        let now = self.now.timestamp();
        let mut claims = json!({ "iss": self.issuer, "aud": CLIENT, "sub": code.subject, "nonce": code.nonce,
            "iat": now, "exp": now + 3600 });
        for (name, value) in self.claims.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        sign(&self.signing, &claims)
    }
}

/// A token that this key signs.
pub fn sign(key: &Key, claims: &Value) -> String {
    let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::RS256) };
    jsonwebtoken::encode(&header, claims, &key.private).unwrap()
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether it answers at all; a silent one takes its time first.
async fn is_there(state: &Mutex<State>, request: &HttpRequest) -> bool {
    let (broken, silence) = lock(state).note(request);
    tokio::time::sleep(silence).await;
    !broken
}

async fn configuration(state: Data<Mutex<State>>, request: HttpRequest) -> HttpResponse {
    if !is_there(&state, &request).await {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let issuer = lock(&state).issuer.clone();
    let host = format!("http://{}", request.connection_info().host());
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{host}/authorize"),
        "token_endpoint": format!("{host}/token"),
        "jwks_uri": format!("{host}/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
    }))
}

async fn jwks(state: Data<Mutex<State>>, request: HttpRequest) -> HttpResponse {
    if !is_there(&state, &request).await {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let keys = lock(&state).published.iter().map(Key::public).collect();
    HttpResponse::Ok().json(JwkSet { keys })
}

async fn token(state: Data<Mutex<State>>, request: HttpRequest, body: Bytes) -> HttpResponse {
    if !is_there(&state, &request).await {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let form: HashMap<String, String> = serde_urlencoded::from_bytes(&body).unwrap();
    let mut state = lock(&state);
    state.forms.push(form.clone());
    if let Some((status, answer)) = &state.token_answer {
        return HttpResponse::build(status_of(*status)).json(answer);
    }
    let refused = |why: &str| HttpResponse::BadRequest().json(json!({ "error": why }));
    let get = |name: &str| form.get(name).map_or("", String::as_str);
    // A code is good once.
    let Some(code) = state.codes.remove(get("code")) else { return refused("invalid_grant") };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(get("code_verifier")));
    if challenge != code.challenge || get("redirect_uri") != code.redirect {
        return refused("invalid_grant");
    }
    let id_token = state.make(&code);
    // As Naver writes numbers.
    HttpResponse::Ok().json(json!({ "access_token": "an access token", "token_type": "bearer",
        "id_token": id_token, "expires_in": "3600" }))
}

async fn profile(state: Data<Mutex<State>>, request: HttpRequest) -> HttpResponse {
    if !is_there(&state, &request).await {
        return HttpResponse::ServiceUnavailable().finish();
    }
    let bearer = request.headers().get("authorization").and_then(|v| v.to_str().ok());
    if bearer != Some("Bearer an access token") {
        return HttpResponse::Unauthorized().json(json!({ "resultcode": "024" }));
    }
    let (status, answer) = lock(&state).profile.clone();
    HttpResponse::build(status_of(status)).json(answer)
}

fn status_of(status: u16) -> actix_web::http::StatusCode {
    actix_web::http::StatusCode::from_u16(status).unwrap()
}
