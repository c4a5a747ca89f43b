use chrono::TimeDelta;
use common::{auth::Verifier, time::Clock};
use dojob_auth::{Config, generate_signing_key};
use jsonwebtoken::jwk::JwkSet;

use crate::{sign_up, start};

#[tokio::test]
async fn other_services_verify_access_tokens_with_the_published_keys() {
    let app = start().await;
    let answer = crate::join(&app, &crate::form("minji@dojob.example")).await;
    let (body, device) = (answer.status(200), crate::LoggedIn::of(&app, &answer, 200));
    let published = app.nobody().get("/api/auth/jwks.json").await;
    assert_eq!(published.header("cache-control"), "public, max-age=300");
    assert!(!published.text.contains("\"d\""), "{}", published.text);
    let keys: JwkSet = serde_json::from_value(published.status(200)).unwrap();
    let verifier = Verifier::of("https://test.dojob.example", &keys);
    let token = body["access_token"].as_str().unwrap();
    let caller = verifier.verify(token, &app.clock).await.unwrap();
    assert_eq!((caller.account, caller.session), (device.account, device.device_session));
    assert_eq!(
        caller.expires_at,
        body["expires_at"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap()
    );

    let header = jsonwebtoken::decode_header(token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("at+jwt"));
    assert_eq!(header.kid, keys.keys[0].common.key_id);
}

#[tokio::test]
async fn an_access_token_lasts_ten_minutes() {
    let app = start().await;
    let device = sign_up(&app, "minji@dojob.example").await;
    app.clock.advance(TimeDelta::minutes(9) + TimeDelta::seconds(30));
    device.member.get("/api/auth/account").await.status(200);
    app.clock.advance(TimeDelta::seconds(30));
    assert_eq!(device.member.get("/api/auth/account").await.problem(401), "token.expired");
}

#[tokio::test]
async fn keys_are_the_same_at_every_start() {
    let config = Config { signing_key: Some(generate_signing_key().unwrap()), ..Config::default() };
    let (one, two) = (dojob_auth::keys(&config).unwrap().1, dojob_auth::keys(&config).unwrap().1);
    assert_eq!(one.keys, two.keys);
    assert!(dojob_auth::keys(&Config::default()).unwrap_err().to_string().contains("DOJOB_AUTH_SIGNING_KEY"));
    let clock = Clock::default();
    assert!(Verifier::of(config.issuer.as_str(), &one).verify("x", &clock).await.is_err());
}
