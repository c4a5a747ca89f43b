//! Apple. Whoever asks for an address or a name is answered by a form that Apple's page posts, so that no `SameSite` cookie comes
//! along. The name is in that form, and only the first time that somebody logs in here: what is not kept then never comes again.
//! The client secret is a token that we sign ourselves; `email_verified` is a truth value or a text; addresses may be Apple's
//! relays, which work like any other.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::facts::{Facts, of_id_token};

pub(super) const FACTS: Facts = Facts {
    issuer: "https://appleid.apple.com",
    scope: "openid email name",
    form_post: true,
    again: None,
    profile: None,
    read_profile: |said, _none| Ok(of_id_token(said)),
};

/// Apple takes one for up to six months; each of ours is for one request.
const LIFE: TimeDelta = TimeDelta::minutes(5);

/// What Apple's console gives for a "Sign in with Apple" key.
#[derive(Clone, Debug)]
pub struct AppleKey {
    pub team: String,
    pub id: String,
    /// The `.p8` file: EC P-256, PKCS #8, PEM.
    pub private: SecretString,
}

#[derive(Serialize)]
struct Secret<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

/// The client secret: `audience` is Apple's issuer, `client` the Services ID.
///
/// # Errors
/// The key is not one for ES256.
pub(super) fn client_secret(
    key: &AppleKey,
    client: &str,
    audience: &str,
    now: DateTime<Utc>,
) -> jsonwebtoken::errors::Result<String> {
    let private = EncodingKey::from_ec_pem(key.private.expose_secret().as_bytes())?;
    let header = Header { kid: Some(key.id.clone()), ..Header::new(Algorithm::ES256) };
    let (iat, exp) = (now.timestamp(), (now + LIFE).timestamp());
    jsonwebtoken::encode(&header, &Secret { iss: &key.team, sub: client, aud: audience, iat, exp }, &private)
}

/// The form's field `user`: only at the first log-in, and made by the browser's page, so it is a suggestion and no proof.
#[derive(Deserialize)]
struct User {
    name: Option<Name>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Name {
    first_name: Option<String>,
    last_name: Option<String>,
}

/// The name in the field `user`; Korean names begin with the family's.
pub(crate) fn name_of(user: &str) -> Option<String> {
    let name = serde_json::from_str::<User>(user).ok()?.name?;
    let (first, last) = (name.first_name.unwrap_or_default(), name.last_name.unwrap_or_default());
    let is_korean = first.chars().chain(last.chars()).all(|c| ('가'..='힣').contains(&c));
    let whole = if is_korean { format!("{last}{first}") } else { format!("{first} {last}") };
    let whole = whole.trim();
    (!whole.is_empty() && whole.chars().count() <= 60).then(|| whole.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issuer::generate_signing_key;

    #[test]
    fn the_client_secret_is_an_es256_token_of_five_minutes() {
        let key = AppleKey {
            team: "TEAM".to_owned(),
            id: "KEY".to_owned(),
            private: generate_signing_key().unwrap(),
        };
        let now = "2026-12-01T00:00:00Z".parse().unwrap();
        let secret = client_secret(&key, "kr.dojob.web", FACTS.issuer, now).unwrap();
        let header = jsonwebtoken::decode_header(&secret).unwrap();
        assert_eq!((header.alg, header.kid.as_deref()), (Algorithm::ES256, Some("KEY")));
        let claims: serde_json::Value = jsonwebtoken::dangerous::insecure_decode(&secret).unwrap().claims;
        assert_eq!(claims["iss"], "TEAM");
        assert_eq!(claims["sub"], "kr.dojob.web");
        assert_eq!(claims["aud"], "https://appleid.apple.com");
        assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
    }

    #[test]
    fn the_name_of_the_first_time_is_read_and_nonsense_is_not() {
        let read = |first: &str, last: &str| {
            name_of(&serde_json::json!({ "name": { "firstName": first, "lastName": last } }).to_string())
        };
        assert_eq!(read("민지", "김").as_deref(), Some("김민지"));
        assert_eq!(read("Minji", "Kim").as_deref(), Some("Minji Kim"));
        assert_eq!(read("", ""), None);
        assert_eq!(name_of(r#"{"email":"x@dojob.example"}"#), None);
        assert_eq!(name_of("nonsense"), None);
    }
}
