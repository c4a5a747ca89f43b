//! How this service is registered with each provider. One without credentials is not offered.

use common::config::Env;
use secrecy::SecretString;

use super::{apple::AppleKey, domain::Provider};

/// A registration.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// Kakao's REST API key, Naver's and Google's client id, Apple's Services ID.
    pub client_id: String,
    pub secret: ClientSecret,
    /// Kakao's admin key: who tells that somebody has disconnected proves by it to be Kakao. Without one nobody is believed.
    pub admin_key: Option<SecretString>,
    /// Instead of the provider's own: tests and the practice neighbourhood play providers themselves.
    pub issuer: Option<String>,
    /// Instead of the provider's own profile address.
    pub profile: Option<String>,
}

/// How we prove at a provider that it is us.
#[derive(Clone, Debug)]
pub enum ClientSecret {
    Text(SecretString),
    Apple(AppleKey),
}

/// Reads the registrations: a provider is there when its client id is set, and then the rest must be.
pub(crate) fn read(env: &Env) -> Vec<(Provider, ProviderSettings)> {
    Provider::ALL.into_iter().filter_map(|provider| Some((provider, registration(env, provider)?))).collect()
}

fn registration(env: &Env, provider: Provider) -> Option<ProviderSettings> {
    let prefix = format!("DOJOB_AUTH_{}", provider.code().to_uppercase());
    let name = |rest: &str| format!("{prefix}_{rest}");
    let client_id: Option<String> =
        env.find(&name("CLIENT_ID"), "as registered with this identity provider; unset: it is not offered");
    let must = |rest: &str, meaning: &'static str| -> Option<String> {
        let value = env.find::<String>(&name(rest), meaning);
        let is_there = value.is_some() || client_id.is_none();
        env.refuse_unset(&name(rest), is_there, "the provider's client id is set");
        value
    };
    let secret = if provider == Provider::Apple {
        let team = must("TEAM_ID", "team of the Apple developer account");
        let id = must("KEY_ID", "id of the key for Sign in with Apple");
        let private = must("PRIVATE_KEY", "that key: the .p8 file, PEM");
        let key = team.zip(id).zip(private);
        key.map(|((team, id), private)| ClientSecret::Apple(AppleKey { team, id, private: private.into() }))
    } else {
        must("CLIENT_SECRET", "as registered with this identity provider")
            .map(|secret| ClientSecret::Text(secret.into()))
    };
    let admin_key = (provider == Provider::Kakao)
        .then(|| {
            env.find::<String>(&name("ADMIN_KEY"), "the app's admin key; unset: Kakao's word is not believed")
        })
        .flatten()
        .map(SecretString::from);
    let issuer: Option<String> =
        env.find(&name("ISSUER"), "the provider's issuer, where it is not the real one");
    let profile: Option<String> =
        env.find(&name("PROFILE_URL"), "the provider's profile, where it is not the real one");
    for (rest, url) in [("ISSUER", &issuer), ("PROFILE_URL", &profile)] {
        if url.as_ref().is_some_and(|url| env.production() && !url.starts_with("https://")) {
            env.refuse(&name(rest), "must be an https address in production");
        }
    }
    Some(ProviderSettings { client_id: client_id?, secret: secret?, admin_key, issuer, profile })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_without_a_client_id_is_not_there() {
        let env = Env::of(&[]);
        assert!(read(&env).is_empty());
        env.done().unwrap();
    }

    #[test]
    fn a_client_id_alone_is_half_a_registration() {
        let env = Env::of(&[("DOJOB_AUTH_KAKAO_CLIENT_ID", "id"), ("DOJOB_AUTH_APPLE_CLIENT_ID", "id")]);
        assert!(read(&env).is_empty());
        let words = env.done().unwrap_err().to_string();
        for name in ["KAKAO_CLIENT_SECRET", "APPLE_TEAM_ID", "APPLE_KEY_ID", "APPLE_PRIVATE_KEY"] {
            assert!(words.contains(&format!("DOJOB_AUTH_{name}: must be set")), "{words}");
        }
    }

    #[test]
    fn production_speaks_with_nobody_in_the_clear() {
        let env = Env::of(&[
            ("DOJOB_ENV", "production"),
            ("DOJOB_AUTH_NAVER_CLIENT_ID", "id"),
            ("DOJOB_AUTH_NAVER_CLIENT_SECRET", "secret"),
            ("DOJOB_AUTH_NAVER_ISSUER", "http://127.0.0.1:9000"),
        ]);
        let found = read(&env);
        assert_eq!(found.len(), 1);
        assert!(!format!("{found:?}").contains("\"secret\""), "it does not print");
        assert!(env.done().unwrap_err().to_string().contains("DOJOB_AUTH_NAVER_ISSUER: must be an https"));
    }
}
