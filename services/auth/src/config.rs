//! Settings of this service.

use common::config::Env;
use secrecy::SecretString;

use crate::{
    age::LeastAge,
    consent::Operator,
    identity::DemoAccount,
    issuer::Hashing,
    provider::{self, Provider, ProviderSettings},
    throttle::Limits,
};

/// Settings; [`Config::default`] lacks only the signing key.
#[derive(Clone, Debug)]
pub struct Config {
    /// PEM text of [`crate::generate_signing_key`]. Without one the service cannot be built.
    pub signing_key: Option<SecretString>,
    /// Who signs: the claim `iss`, the same for every service that verifies.
    pub issuer: String,
    /// Where the pages are: what links in mails begin with and providers send people back to, without a slash at the end.
    pub pages: String,
    /// What other services prove by that they are ours; two while it is rotated.
    pub internal_keys: Vec<SecretString>,
    pub hashing: Hashing,
    pub limits: Limits,
    pub least_age: LeastAge,
    /// Who runs the service: the legal texts say it.
    pub operator: Operator,
    /// The identity providers that this service is registered with, in the order in which they are shown.
    pub providers: Vec<(Provider, ProviderSettings)>,
    /// People that `GET /demo` offers to visitors of this machine; none outside the demo.
    pub demo: Vec<DemoAccount>,
    /// Addresses of made-up people: verified when they sign up, and no mail goes there. None outside the demo.
    pub practice: Vec<String>,
}

const LEAST_AGE: &str = "DOJOB_AUTH_LEAST_AGE";

impl Default for Config {
    fn default() -> Self {
        Self {
            signing_key: None,
            issuer: "https://dojob.local".to_owned(),
            pages: "http://localhost:8080".to_owned(),
            internal_keys: Vec::new(),
            hashing: Hashing::default(),
            limits: Limits::default(),
            least_age: LeastAge::default(),
            operator: Operator::default(),
            providers: Vec::new(),
            demo: Vec::new(),
            practice: Vec::new(),
        }
    }
}

impl Config {
    /// How old somebody must be to join.
    pub fn least_age(env: &Env) -> LeastAge {
        let default = LeastAge::default();
        let years = env.get(
            LEAST_AGE,
            default.years(),
            "how old somebody must be to join, in full years; never below 14",
        );
        LeastAge::of(years).unwrap_or_else(|| {
            env.refuse(LEAST_AGE, "expected 14 or more: the law asks for it");
            default
        })
    }

    /// Who runs the service; production does not start without.
    pub fn operator(env: &Env) -> Operator {
        Operator::read(env)
    }

    /// The registrations with identity providers.
    pub fn providers(env: &Env) -> Vec<(Provider, ProviderSettings)> {
        provider::read_settings(env)
    }

    /// Reads the settings of this service.
    pub fn from_env(env: &Env) -> Self {
        let default = Self::default();
        let threads = default.hashing.threads;
        let mut limits = default.limits;
        limits.sign_up.attempts = env.get(
            "DOJOB_AUTH_SIGN_UPS_AN_HOUR",
            limits.sign_up.attempts,
            "how many accounts one address may make in an hour",
        );
        Self {
            signing_key: env
                .required::<String>(
                    "DOJOB_AUTH_SIGNING_KEY",
                    "private key of access tokens: EC P-256, PKCS #8, PEM",
                )
                .map(Into::into),
            issuer: common::program::issuer(env),
            pages: common::program::pages(env),
            internal_keys: common::program::internal_keys(env),
            hashing: Hashing {
                threads: env.get(
                    "DOJOB_AUTH_HASHING_THREADS",
                    threads,
                    "passwords hashed at a time, 19 MiB each",
                ),
                ..default.hashing
            },
            limits,
            least_age: Self::least_age(env),
            operator: Self::operator(env),
            providers: Self::providers(env),
            demo: Vec::new(),
            practice: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_from_the_environment() {
        let pem = secrecy::ExposeSecret::expose_secret(&crate::generate_signing_key().unwrap()).to_owned();
        let env = Env::of(&[
            ("DOJOB_AUTH_SIGNING_KEY", &pem),
            ("DOJOB_AUTH_ISSUER", "https://dojob.example"),
            ("DOJOB_AUTH_HASHING_THREADS", "3"),
        ]);
        let config = Config::from_env(&env);
        env.done().unwrap();
        assert_eq!((config.issuer.as_str(), config.hashing.threads), ("https://dojob.example", 3));
        assert_eq!(crate::keys(&config).unwrap().1.keys.len(), 1);
        assert!(!format!("{config:?}").contains("PRIVATE"), "the key does not print");
    }

    #[test]
    fn the_least_age_is_never_below_the_laws() {
        let read = |years: &str| {
            let env = Env::of(&[("DOJOB_AUTH_SIGNING_KEY", "x"), ("DOJOB_AUTH_LEAST_AGE", years)]);
            let config = Config::from_env(&env);
            env.done().map(|()| config.least_age.years()).map_err(|e| e.to_string())
        };
        assert_eq!(read("14"), Ok(14));
        assert_eq!(read(""), Ok(19));
        assert!(read("13").unwrap_err().contains("DOJOB_AUTH_LEAST_AGE: expected 14 or more"));
    }

    #[test]
    fn providers_are_read_and_their_secrets_do_not_print() {
        let env = Env::of(&[
            ("DOJOB_AUTH_SIGNING_KEY", "x"),
            ("DOJOB_AUTH_KAKAO_CLIENT_ID", "id"),
            ("DOJOB_AUTH_KAKAO_CLIENT_SECRET", "secret"),
        ]);
        let config = Config::from_env(&env);
        env.done().unwrap();
        assert_eq!(config.providers[0].0, Provider::Kakao);
        assert!(!format!("{config:?}").contains("\"secret\""));
    }

    #[test]
    fn without_settings_only_the_key_is_missing() {
        let env = Env::of(&[]);
        let config = Config::from_env(&env);
        assert!(env.done().unwrap_err().to_string().contains("DOJOB_AUTH_SIGNING_KEY: must be set"));
        assert!(config.signing_key.is_none() && config.demo.is_empty());
        assert_eq!(config.limits, Limits::default());
        assert_eq!((config.hashing.memory_kib, config.hashing.passes), (19_456, 2));
    }
}
