//! Who asks: an access token is verified offline against the issuer's public keys (JWKS).

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, jwk::JwkSet};
use kernel::time::Clock;
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use crate::revocations::{Revocations, TOKEN_LIFE};
use crate::{Problem, problems};

/// The audience of our access tokens.
pub const AUDIENCE: &str = "dojob";

/// The signature algorithm that we issue and accept, and no other.
pub const ALGORITHM: Algorithm = Algorithm::ES256;

/// A verified token is remembered for at most this long.
const REMEMBER: TimeDelta = TimeDelta::seconds(30);

/// How many verified tokens are remembered; beyond it, those that are used least make room.
const REMEMBERED: u64 = 50_000;

/// An unknown key id asks the issuer for its keys again, at most this often.
const REFETCH: Duration = Duration::from_secs(10);

/// An issuer that did not answer is asked again after this long.
const RETRY: Duration = Duration::from_secs(1);

/// The `typ` of our access tokens (RFC 9068): no other kind of token of the same issuer is taken for one.
pub const TOKEN_TYPE: &str = "at+jwt";

/// What a token begins with that auth gives who has not agreed to the documents of today. It is no access token, and no service
/// but auth reads it (docs/adr/0021).
pub const BEFORE_CONSENT: &str = "consent.";

/// Claims of an access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub aud: String,
    /// The account.
    pub sub: Uuid,
    /// The device session that the token belongs to.
    pub sid: Uuid,
    pub iat: i64,
    pub exp: i64,
    pub jti: Uuid,
}

/// A person with a valid access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    pub account: Uuid,
    pub session: Uuid,
    pub expires_at: DateTime<Utc>,
}

/// Verifies access tokens. Cheap to clone; clones share keys and memory.
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    issuer: String,
    source: Source,
    keys: RwLock<HashMap<String, DecodingKey>>,
    /// By the token's SHA-256.
    known: Cache<[u8; 32], Known>,
    revocations: Revocations,
}

enum Source {
    /// Keys by value: the issuer lives in this process.
    Given,
    /// Keys from the issuer's JWKS address.
    Remote { url: String, client: reqwest::Client, asked: tokio::sync::Mutex<Option<Asked>> },
}

/// When the issuer was last asked for its keys, and whether it answered.
#[derive(Clone, Copy)]
struct Asked {
    at: Instant,
    answered: bool,
}

#[derive(Clone, Copy)]
struct Known {
    caller: Caller,
    until: DateTime<Utc>,
}

impl Verifier {
    /// Verifies against the given public keys.
    pub fn of(issuer: impl Into<String>, keys: &JwkSet) -> Self {
        Self::new(issuer.into(), Source::Given, decoding_keys(keys))
    }

    /// Verifies against the keys at `url`, fetched when a key id is met for the first time.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn remote(issuer: impl Into<String>, url: impl Into<String>) -> anyhow::Result<Self> {
        let client = reqwest::Client::builder().timeout(Duration::from_secs(3)).build()?;
        let source = Source::Remote { url: url.into(), client, asked: tokio::sync::Mutex::new(None) };
        Ok(Self::new(issuer.into(), source, HashMap::new()))
    }

    fn new(issuer: String, source: Source, keys: HashMap<String, DecodingKey>) -> Self {
        let (keys, known) = (RwLock::new(keys), Cache::new(REMEMBERED));
        Self(Arc::new(Inner { issuer, source, keys, known, revocations: Revocations::default() }))
    }

    /// The device sessions whose tokens are refused although they have not expired.
    pub fn revocations(&self) -> &Revocations {
        &self.0.revocations
    }

    /// Whose token this is.
    ///
    /// # Errors
    /// 401 `token.invalid`, `token.expired` or `token.revoked`; 403 `consent.outdated`; 503 when the issuer's keys are needed and cannot be had.
    pub async fn verify(&self, token: &str, clock: &Clock) -> Result<Caller, Problem> {
        if token.starts_with(BEFORE_CONSENT) {
            return Err(Problem::new(problems::CONSENT_OUTDATED));
        }
        let digest: [u8; 32] = Sha256::digest(token).into();
        let now = clock.now();
        let caller = match self.0.known.get(&digest) {
            Some(known) if known.until > now => known.caller,
            _ => self.verify_signature(token, digest, now).await?,
        };
        if caller.expires_at <= now {
            return Err(Problem::new(problems::TOKEN_EXPIRED));
        }
        if self.0.revocations.contains(caller.session) {
            return Err(Problem::new(problems::TOKEN_REVOKED));
        }
        Ok(caller)
    }

    async fn verify_signature(
        &self,
        token: &str,
        digest: [u8; 32],
        now: DateTime<Utc>,
    ) -> Result<Caller, Problem> {
        let invalid = || Problem::new(problems::TOKEN_INVALID);
        let header = jsonwebtoken::decode_header(token).map_err(|_unreadable| invalid())?;
        if header.alg != ALGORITHM || !header.typ.is_some_and(|typ| typ.eq_ignore_ascii_case(TOKEN_TYPE)) {
            return Err(invalid());
        }
        let key = self.key(&header.kid.ok_or_else(invalid)?).await?.ok_or_else(invalid)?;
        let mut rules = Validation::new(ALGORITHM);
        rules.set_issuer(&[&self.0.issuer]);
        rules.set_audience(&[AUDIENCE]);
        rules.validate_exp = false; // our clock decides, below
        let claims =
            jsonwebtoken::decode::<Claims>(token, &key, &rules).map_err(|_unreadable| invalid())?.claims;
        let expires_at = DateTime::from_timestamp(claims.exp, 0).ok_or_else(invalid)?;
        let caller = Caller { account: claims.sub, session: claims.sid, expires_at };
        self.0.known.insert(digest, Known { caller, until: expires_at.min(now + REMEMBER) });
        Ok(caller)
    }

    async fn key(&self, kid: &str) -> Result<Option<DecodingKey>, Problem> {
        if let Some(key) = self.known_key(kid) {
            return Ok(Some(key));
        }
        let Source::Remote { url, client, asked } = &self.0.source else { return Ok(None) };
        // One request at a time, and none within ten seconds of the last: made-up key ids cost nothing.
        let mut asked = asked.lock().await;
        match *asked {
            Some(Asked { at, answered: true }) if at.elapsed() < REFETCH => return Ok(self.known_key(kid)),
            // Not the token's fault: a caller that waited with us is not told that it is a bad one.
            Some(Asked { at, answered: false }) if at.elapsed() < RETRY => {
                return Err(Problem::unavailable("the issuer did not answer a moment ago"));
            }
            _ => {}
        }
        let fetched = async { client.get(url).send().await?.error_for_status()?.json::<JwkSet>().await };
        let fetched = fetched.await;
        *asked = Some(Asked { at: Instant::now(), answered: fetched.is_ok() });
        let keys = decoding_keys(&fetched.map_err(Problem::unavailable)?);
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(self.known_key(kid))
    }

    fn known_key(&self, kid: &str) -> Option<DecodingKey> {
        self.0.keys.read().unwrap_or_else(PoisonError::into_inner).get(kid).cloned()
    }
}

fn decoding_keys(set: &JwkSet) -> HashMap<String, DecodingKey> {
    let key =
        |jwk: &jsonwebtoken::jwk::Jwk| Some((jwk.common.key_id.clone()?, DecodingKey::from_jwk(jwk).ok()?));
    set.keys.iter().filter_map(key).collect()
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier").field("issuer", &self.0.issuer).finish_non_exhaustive()
    }
}
