//! The local issuer: argon2id hashes beside the account, access tokens signed with our own key.

use argon2::{
    Params,
    password_hash::{Output, PasswordHash},
};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chrono::DateTime;
use common::{
    auth::{ALGORITHM, AUDIENCE, Claims, TOKEN_LIFE},
    http::Problem,
};
use futures_util::{FutureExt, future::BoxFuture};
use jsonwebtoken::{Header, jwk::JwkSet};
use secrecy::SecretString;
use uuid::Uuid;

use super::{
    api::{AccessToken, Grant, Issuer},
    hasher::{Hasher, Hashing, LENGTH},
    key::SigningKey,
};
use crate::account::{Credential, Password};

pub(crate) struct LocalIssuer {
    name: String,
    key: SigningKey,
    public: JwkSet,
    hasher: Hasher,
    params: Params,
    /// The hash of a password that nobody has: what unknown accounts are compared with.
    nobody: Credential,
}

impl LocalIssuer {
    /// # Errors
    /// The key cannot be read, or the system has no threads or random numbers.
    pub fn new(name: String, signing_key: &SecretString, hashing: Hashing) -> anyhow::Result<Self> {
        let (key, public) = SigningKey::read(signing_key)?;
        let params = hashing.params()?;
        let nobody = phc(&params, &random::<16>()?, &random::<LENGTH>()?);
        Ok(Self { name, key, public, hasher: Hasher::start(hashing)?, params, nobody })
    }

    async fn new_hash(&self, password: &Password) -> Result<Credential, Problem> {
        let salt = random::<16>()?;
        let hash = self.hasher.hash(password.expose(), &salt, self.params.clone()).await?;
        Ok(phc(&self.params, &salt, &hash))
    }

    async fn matches(&self, credential: Option<&Credential>, password: &Password) -> Result<bool, Problem> {
        let stored =
            PasswordHash::new(credential.unwrap_or(&self.nobody).stored()).map_err(Problem::internal)?;
        let params = Params::try_from(&stored).map_err(Problem::internal)?;
        let (Some(salt), Some(expected)) = (stored.salt, stored.hash) else {
            return Err(Problem::internal("a stored credential has no hash"));
        };
        let mut buffer = [0; 64];
        let salt = salt.decode_b64(&mut buffer).map_err(Problem::internal)?;
        let hash = self.hasher.hash(password.expose(), salt, params).await?;
        let given = Output::new(&hash).map_err(Problem::internal)?;
        // `Output` compares in constant time.
        Ok(given == expected && credential.is_some())
    }

    fn sign(&self, grant: Grant) -> Result<AccessToken, Problem> {
        let issued = grant.at.timestamp();
        let expires = issued + TOKEN_LIFE.num_seconds();
        let header = Header {
            kid: Some(self.key.id.clone()),
            typ: Some("at+jwt".to_owned()),
            ..Header::new(ALGORITHM)
        };
        let claims = Claims {
            iss: self.name.clone(),
            aud: AUDIENCE.to_owned(),
            sub: grant.account,
            sid: grant.device_session,
            iat: issued,
            exp: expires,
            jti: grant.token,
        };
        let token = jsonwebtoken::encode(&header, &claims, &self.key.key).map_err(Problem::internal)?;
        let expires_at = DateTime::from_timestamp(expires, 0).unwrap_or(grant.at);
        Ok(AccessToken { token, expires_at })
    }
}

impl Issuer for LocalIssuer {
    fn set_password<'a>(
        &'a self,
        _account: Uuid,
        password: &'a Password,
    ) -> BoxFuture<'a, Result<Credential, Problem>> {
        self.new_hash(password).boxed()
    }

    fn verify<'a>(
        &'a self,
        credential: Option<&'a Credential>,
        password: &'a Password,
    ) -> BoxFuture<'a, Result<bool, Problem>> {
        self.matches(credential, password).boxed()
    }

    fn access_token(&self, grant: Grant) -> BoxFuture<'_, Result<AccessToken, Problem>> {
        std::future::ready(self.sign(grant)).boxed()
    }

    fn keys(&self) -> &JwkSet {
        &self.public
    }
}

/// `$argon2id$v=19$m=…,t=…,p=…$salt$hash`: the form that every argon2 library reads.
fn phc(params: &Params, salt: &[u8], hash: &[u8]) -> Credential {
    let (m, t, p) = (params.m_cost(), params.t_cost(), params.p_cost());
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash));
    Credential::of(format!("$argon2id$v=19$m={m},t={t},p={p}${salt}${hash}"))
}

fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_none| Problem::internal("no random numbers"))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::TimeDelta;
    use common::{auth::Verifier, time::Clock};

    use super::*;
    use crate::issuer::generate_signing_key;

    fn issuer() -> LocalIssuer {
        let hashing = Hashing { memory_kib: 8, passes: 1, threads: 1, patience: Duration::from_secs(2) };
        LocalIssuer::new("here".to_owned(), &generate_signing_key().unwrap(), hashing).unwrap()
    }

    #[tokio::test]
    async fn only_the_password_itself_is_recognised() {
        let issuer = issuer();
        let (right, wrong) = (Password::presented("correct horse"), Password::presented("correct hors"));
        let credential = issuer.set_password(Uuid::nil(), &right).await.unwrap();
        assert!(credential.stored().starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{}", credential.stored());
        assert!(issuer.verify(Some(&credential), &right).await.unwrap());
        assert!(!issuer.verify(Some(&credential), &wrong).await.unwrap());
        assert!(!issuer.verify(None, &right).await.unwrap());
    }

    /// What takes the time of a log-in is the hash; `log_in` measures the rest.
    #[tokio::test]
    async fn an_unknown_account_costs_the_same_hash_as_a_wrong_password() {
        let issuer = issuer();
        let credential =
            issuer.set_password(Uuid::nil(), &Password::presented("correct horse")).await.unwrap();
        let wrong = Password::presented("wrong horse");
        issuer.hasher.asked.lock().unwrap().clear();
        assert!(!issuer.verify(Some(&credential), &wrong).await.unwrap());
        assert!(!issuer.verify(None, &wrong).await.unwrap());
        let asked = issuer.hasher.asked.lock().unwrap();
        let [known, unknown] = asked.as_slice() else { panic!("one hash each: {asked:?}") };
        let cost = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost(), params.output_len());
        assert_eq!(cost(known), cost(unknown));
    }

    #[tokio::test]
    async fn the_same_password_never_looks_the_same() {
        let (issuer, password) = (issuer(), Password::presented("correct horse"));
        let one = issuer.set_password(Uuid::nil(), &password).await.unwrap();
        let two = issuer.set_password(Uuid::nil(), &password).await.unwrap();
        assert!(one != two);
    }

    #[tokio::test]
    async fn hashes_of_former_parameters_stay_good() {
        let (old, password) = (issuer(), Password::presented("correct horse"));
        let credential = old.set_password(Uuid::nil(), &password).await.unwrap();
        let hashing = Hashing { memory_kib: 32, passes: 2, threads: 1, patience: Duration::from_secs(2) };
        let new = LocalIssuer::new("here".to_owned(), &generate_signing_key().unwrap(), hashing).unwrap();
        assert!(new.verify(Some(&credential), &password).await.unwrap());
    }

    #[tokio::test]
    async fn a_token_is_good_for_ten_minutes_to_any_holder_of_the_public_key() {
        let (issuer, clock) = (issuer(), Clock::default());
        let grant =
            Grant { account: clock.id(), device_session: clock.id(), token: clock.id(), at: clock.now() };
        let token = issuer.access_token(grant).await.unwrap();
        let verifier = Verifier::of("here", issuer.keys());
        let caller = verifier.verify(&token.token, &clock).await.unwrap();
        assert_eq!(
            (caller.account, caller.session, caller.expires_at),
            (grant.account, grant.device_session, token.expires_at)
        );
        clock.advance(TimeDelta::minutes(10));
        assert_eq!(verifier.verify(&token.token, &clock).await.unwrap_err().code(), "token.expired");
        let elsewhere = Verifier::of("there", issuer.keys());
        assert_eq!(elsewhere.verify(&token.token, &clock).await.unwrap_err().code(), "token.invalid");
    }
}
