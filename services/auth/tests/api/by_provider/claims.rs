//! Every way in which an `id_token` can be wrong.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use dojob_auth::Provider;
use serde_json::{Value, json};

use super::{
    Browser, By,
    fake::{Asked, CLIENT, Fake, Key, SECRET, sign},
    play, start_at, told,
};
use testkit::App;

/// Comes back with a code for a token that the test has spoilt; what the page is told.
async fn come(app: &App, fake: &Fake, spoil: impl FnOnce(&Asked, &Fake)) -> String {
    let mut browser = Browser::default();
    let begun = browser.begin(app, By::Nobody, fake, "log_in").await.status(201);
    let asked = Asked::of(begun["location"].as_str().unwrap());
    spoil(&asked, fake);
    let code = fake.approve(&asked, "4711");
    told(&browser.come_back(app, fake.provider, &[("code", &code), ("state", asked.get("state"))]).await)
}

async fn refused(claims: Value) {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let told = come(&app, &fake, |_, fake| fake.state().claims = claims.clone()).await;
    assert_eq!(told, "provider.unbelievable", "{claims}");
    assert!(crate::rows(&app).await.iter().all(|(table, _)| table != "accounts"));
}

#[tokio::test]
async fn of_another_issuer() {
    refused(json!({ "iss": "https://accounts.evil.example" })).await;
}

#[tokio::test]
async fn for_another_client() {
    refused(json!({ "aud": "another-client" })).await;
}

#[tokio::test]
async fn for_others_besides_us() {
    refused(json!({ "aud": [CLIENT, "another-client"] })).await;
}

#[tokio::test]
async fn made_for_another_party() {
    refused(json!({ "azp": "another-client" })).await;
}

#[tokio::test]
async fn with_another_nonce() {
    refused(json!({ "nonce": "of another visit" })).await;
}

#[tokio::test]
async fn without_a_nonce() {
    refused(json!({ "nonce": null })).await;
}

#[tokio::test]
async fn without_a_subject() {
    refused(json!({ "sub": null })).await;
    refused(json!({ "sub": "" })).await;
}

#[tokio::test]
async fn expired_for_more_than_five_minutes() {
    let now = super::now().timestamp();
    refused(json!({ "exp": now - 310 })).await;
}

#[tokio::test]
async fn issued_more_than_five_minutes_ahead() {
    let now = super::now().timestamp();
    refused(json!({ "iat": now + 330, "exp": now + 4000 })).await;
}

#[tokio::test]
async fn clocks_that_differ_by_less_than_five_minutes_are_no_reason() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let now = super::now().timestamp();
    for claims in [json!({ "exp": now - 240 }), json!({ "iat": now + 240, "exp": now + 4000 })] {
        fake.state().claims = claims;
        Browser::default().visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(202);
    }
}

#[tokio::test]
async fn that_is_not_signed() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let told = come(&app, &fake, |asked, fake| {
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let now = super::now().timestamp();
        let claims = json!({ "iss": fake.base, "aud": CLIENT, "sub": "4711", "nonce": asked.get("nonce"),
            "iat": now, "exp": now + 3600 });
        fake.state().id_token = Some(format!("{}.{}.", part(json!({ "alg": "none" })), part(claims)));
    });
    assert_eq!(told.await, "provider.unbelievable");
}

#[tokio::test]
async fn that_is_signed_with_our_own_secret() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let told = come(&app, &fake, |asked, fake| {
        let now = super::now().timestamp();
        let claims = json!({ "iss": fake.base, "aud": CLIENT, "sub": "4711", "nonce": asked.get("nonce"),
            "iat": now, "exp": now + 3600 });
        let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS256);
        let key = jsonwebtoken::EncodingKey::from_secret(SECRET.as_bytes());
        fake.state().id_token = Some(jsonwebtoken::encode(&header, &claims, &key).unwrap());
    });
    assert_eq!(told.await, "provider.unbelievable");
}

#[tokio::test]
async fn that_somebody_else_has_signed_under_the_providers_key_id() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let told = come(&app, &fake, |_, fake| fake.state().signing = Key::new("one"));
    assert_eq!(told.await, "provider.unbelievable");
}

#[tokio::test]
async fn that_is_no_token() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    for nonsense in ["", "a.b.c", "nonsense"] {
        let told = come(&app, &fake, |_, fake| fake.state().id_token = Some(nonsense.to_owned()));
        assert_eq!(told.await, "provider.unbelievable", "{nonsense:?}");
    }
}

#[tokio::test]
async fn of_another_visit() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    let now = super::now().timestamp();
    let stolen = sign(
        &fake.state().signing.clone(),
        &json!({ "iss": fake.base, "aud": CLIENT, "sub": "4711",
        "nonce": "of the visit that it was stolen from", "iat": now, "exp": now + 3600 }),
    );
    let told = come(&app, &fake, |_, fake| fake.state().id_token = Some(stolen));
    assert_eq!(told.await, "provider.unbelievable");
}

#[tokio::test]
async fn a_provider_may_change_its_keys_and_made_up_key_ids_cost_it_nothing() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    Browser::default().visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(202);
    assert_eq!(fake.times("/jwks"), 1);
    let next = Key::new("two");
    for _ in 0..3 {
        let told = come(&app, &fake, |_, fake| fake.state().signing = next.clone()).await;
        assert_eq!(told, "provider.unbelievable", "it is not published");
    }
    assert_eq!(fake.times("/jwks"), 1, "its keys were asked for a moment ago");
}

#[tokio::test]
async fn a_discovery_that_names_another_issuer_is_not_believed() {
    let fake = play(Provider::Google);
    let app = start_at(&[&fake]).await;
    fake.state().issuer = "https://accounts.evil.example".to_owned();
    let answer = Browser::default().begin(&app, By::Nobody, &fake, "log_in").await;
    assert_eq!(answer.problem(503), "provider.unavailable");
}
