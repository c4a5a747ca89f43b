//! What providers tell without being asked.

use std::time::{Duration, Instant};

use aws_lc_rs::{
    cipher::{AES_128, DecryptionContext, PaddedBlockEncryptingKey, UnboundCipherKey},
    hmac,
};
use base64::{Engine, engine::general_purpose::URL_SAFE};
use dojob_auth::Provider;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use testkit::{Answer, App};

use super::{
    Browser, By, device,
    fake::{ADMIN_KEY, CLIENT, Fake, Key, SECRET, sign},
    now, play, start_at, to_answer,
};
use crate::{published, sign_up};

const UNLINKED: &str = "/api/auth/webhooks/kakao/unlinked";

const WAYS: &str = "/api/auth/account/credentials";

const FORM: &str = "application/x-www-form-urlencoded";

const SET: &str = "application/secevent+jwt";

async fn post(app: &App, path: &str, content_type: &str, authorization: &str, body: String) -> Answer {
    let request = app.client().post(format!("{}{path}", app.base));
    let request = request.header("content-type", content_type).header("authorization", authorization);
    to_answer(request.body(body).send().await.unwrap()).await
}

fn kakao_form(subject: &str, referrer: &str) -> String {
    serde_urlencoded::to_string([("app_id", "1"), ("user_id", subject), ("referrer_type", referrer)]).unwrap()
}

async fn kakao_says(app: &App, subject: &str) -> Answer {
    let key = format!("KakaoAK {ADMIN_KEY}");
    post(app, UNLINKED, FORM, &key, kakao_form(subject, "UNLINK_FROM_APPS")).await
}

/// A security event token of Kakao's about this subject.
fn event(fake: &Fake, kind: &str, subject: &str) -> Value {
    let kind = format!("https://schemas.openid.net/secevent/oauth/event-type/{kind}");
    json!({ "iss": fake.base, "aud": CLIENT, "iat": now().timestamp(), "jti": "one",
        "events": { kind: { "subject": { "subject_type": "iss-sub", "iss": fake.base, "sub": subject } } } })
}

async fn kakao_signs(app: &App, fake: &Fake, claims: &Value) -> Answer {
    let key = fake.state().signing.clone();
    post(app, "/api/auth/webhooks/kakao/events", SET, "", sign(&key, claims)).await
}

fn apple_event(fake: &Fake, kind: &str, subject: &str) -> Value {
    let at = now().timestamp();
    let event = json!({ "type": kind, "sub": subject, "event_time": at }).to_string();
    json!({ "iss": fake.base, "aud": CLIENT, "iat": at, "exp": at + 3600, "jti": "one", "events": event })
}

async fn apple_signs(app: &App, fake: &Fake, claims: &Value) -> Answer {
    let key = fake.state().signing.clone();
    let body = json!({ "payload": sign(&key, claims) }).to_string();
    post(app, "/api/auth/webhooks/apple/events", "application/json", "", body).await
}

/// The form that Naver sends.
fn naver_form(subject: &str, secret: &str) -> String {
    let key = Md5::digest(secret.as_bytes());
    let unbound = UnboundCipherKey::new(&AES_128, key.as_slice()).unwrap();
    let mut encrypted = subject.as_bytes().to_vec();
    let context = PaddedBlockEncryptingKey::cbc_pkcs7(unbound).unwrap().encrypt(&mut encrypted).unwrap();
    let DecryptionContext::Iv128(iv) = context else { panic!("no iv") };
    let id = URL_SAFE.encode([iv.as_ref().as_slice(), &encrypted].concat());
    let at = now().timestamp().to_string();
    let signed = format!("clientId={CLIENT}&encryptUniqueId={id}&timestamp={at}");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_slice()), signed.as_bytes());
    let signature = URL_SAFE.encode(tag.as_ref());
    let fields = [
        ("clientId", CLIENT),
        ("encryptUniqueId", id.as_str()),
        ("timestamp", at.as_str()),
        ("signature", signature.as_str()),
    ];
    serde_urlencoded::to_string(fields).unwrap()
}

async fn naver_says(app: &App, form: String) -> Answer {
    post(app, "/api/auth/webhooks/naver/unlinked", FORM, "", form).await
}

/// What was published about ways in.
async fn told(app: &App) -> Vec<String> {
    told_of(app, "Identity").await
}

/// The kinds that were published and begin with this word.
async fn told_of(app: &App, word: &str) -> Vec<String> {
    let kinds = published(app).await.into_iter().map(|(kind, _)| kind);
    kinds.filter(|kind| kind.starts_with(word)).collect()
}

/// Somebody with a password, linked with this provider.
async fn linked<'a>(app: &'a App, fake: &Fake, subject: &str) -> crate::LoggedIn<'a> {
    let me = sign_up(app, "minji@dojob.example").await;
    Browser::default().visit(app, By::Member(&me), fake, "link", subject).await.status(204);
    me
}

#[tokio::test]
async fn who_disconnects_at_kakao_does_not_log_in_with_it_any_more() {
    let fake = play(Provider::Kakao);
    fake.state().profile = (200, json!({ "id": 4711 }));
    let app = start_at(&[&fake]).await;
    let me = linked(&app, &fake, "4711").await;
    assert_eq!(kakao_says(&app, "4711").await.status, 200);
    assert_eq!(me.member.get(WAYS).await.status(200)["items"], json!([]));
    Browser::default().visit(&app, By::Nobody, &fake, "log_in", "4711").await.status(202);
    let published = published(&app).await;
    let (_, unlinked) = published.iter().find(|(kind, _)| kind == "IdentityUnlinked").unwrap();
    assert_eq!(unlinked, &json!({ "account_id": me.account, "provider": "kakao" }));
    // Again, and of somebody whom nobody knows.
    for subject in ["4711", "4712"] {
        assert_eq!(kakao_says(&app, subject).await.status, 200);
    }
    assert_eq!(told(&app).await, ["IdentityLinked", "IdentityUnlinked"]);
}

#[tokio::test]
async fn kakao_tells_of_five_kinds_by_form_or_by_address() {
    let fake = play(Provider::Kakao);
    let app = start_at(&[&fake]).await;
    let me = linked(&app, &fake, "4711").await;
    let key = format!("KakaoAK {ADMIN_KEY}");
    for kind in [
        "ACCOUNT_DELETE",
        "FORCED_ACCOUNT_DELETE",
        "UNLINK_FROM_ADMIN",
        "UNLINK_FROM_APPS",
        "INCOMPLETE_SIGN_UP",
    ] {
        let address = format!("{UNLINKED}?{}", kakao_form("4711", kind));
        let headers = [("authorization", key.as_str())];
        let started = Instant::now();
        assert_eq!(app.nobody().send(reqwest::Method::GET, &address, None, &headers).await.status, 200);
        assert!(started.elapsed() < Duration::from_secs(3));
        assert_eq!(me.member.get(WAYS).await.status(200)["items"], json!([]), "{kind}");
        Browser::default().visit(&app, By::Member(&me), &fake, "link", "4711").await.status(204);
        assert_eq!(post(&app, UNLINKED, FORM, &key, kakao_form("4711", kind)).await.status, 200);
        assert_eq!(me.member.get(WAYS).await.status(200)["items"], json!([]), "{kind}");
        Browser::default().visit(&app, By::Member(&me), &fake, "link", "4711").await.status(204);
    }
}

#[tokio::test]
async fn without_kakaos_admin_key_nobody_is_kakao() {
    let fake = play(Provider::Kakao);
    let app = start_at(&[&fake]).await;
    let me = linked(&app, &fake, "4711").await;
    for key in ["", "KakaoAK", "KakaoAK ", "KakaoAK an admin", "KakaoAK an admin key!", "Bearer an admin key"]
    {
        let answer = post(&app, UNLINKED, FORM, key, kakao_form("4711", "UNLINK_FROM_APPS")).await;
        assert_eq!(answer.problem(401), "provider.unbelievable", "{key:?}");
    }
    assert_eq!(me.member.get(WAYS).await.status(200)["items"].as_array().unwrap().len(), 1);
    let without = crate::start_with(|config| {
        let (provider, mut settings) = fake.settings();
        settings.admin_key = None;
        config.providers = vec![(provider, settings)];
    })
    .await;
    assert_eq!(kakao_says(&without, "4711").await.problem(401), "provider.unbelievable");
}

#[tokio::test]
async fn kakaos_signed_event_unlinks_and_other_kinds_are_only_heard() {
    let fake = play(Provider::Kakao);
    let app = start_at(&[&fake]).await;
    let me = linked(&app, &fake, "4711").await;
    for kind in ["user-linked", "tokens-revoked", "user-profile-changed", "account-disabled"] {
        assert_eq!(kakao_signs(&app, &fake, &event(&fake, kind, "4711")).await.status, 202, "{kind}");
    }
    assert_eq!(me.member.get(WAYS).await.status(200)["items"].as_array().unwrap().len(), 1);
    for _twice in 0..2 {
        assert_eq!(kakao_signs(&app, &fake, &event(&fake, "user-unlinked", "4711")).await.status, 202);
    }
    assert_eq!(told(&app).await, ["IdentityLinked", "IdentityUnlinked"]);
}

#[tokio::test]
async fn a_forged_event_is_refused() {
    let fake = play(Provider::Kakao);
    let app = start_at(&[&fake]).await;
    let me = linked(&app, &fake, "4711").await;
    let good = event(&fake, "user-unlinked", "4711");
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        claims
    };
    let wrong = [
        with("iss", json!("https://kauth.elsewhere.example")),
        with("aud", json!("another client")),
        with("exp", json!(now().timestamp() - 3600)),
        with("iat", json!(now().timestamp() + 3600)),
        with("iat", Value::Null),
        // What an id_token has.
        with("events", Value::Null),
    ];
    for claims in &wrong {
        let answer = kakao_signs(&app, &fake, claims).await;
        if claims["events"].is_null() {
            // Signed by Kakao, and about nothing.
            assert_eq!(answer.status, 202);
        } else {
            assert_eq!(answer.problem(401), "provider.unbelievable", "{claims}");
        }
    }
    let path = "/api/auth/webhooks/kakao/events";
    let mut tokens = vec![
        String::new(),
        "nonsense".to_owned(),
        sign(&Key::new("one"), &good),
        sign(&Key::new("two"), &good),
    ];
    let header = Header { kid: Some("one".to_owned()), ..Header::new(Algorithm::HS256) };
    tokens.push(jsonwebtoken::encode(&header, &good, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap());
    let part = |value: &Value| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(value.to_string());
    tokens.push(format!("{}.{}.", part(&json!({ "alg": "none", "kid": "one" })), part(&good)));
    for token in tokens {
        let answer = post(&app, path, SET, "", token.clone()).await;
        assert_eq!(answer.problem(401), "provider.unbelievable", "{token}");
    }
    assert_eq!(me.member.get(WAYS).await.status(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_event_from_before_the_last_log_in_changes_nothing() {
    let fake = play(Provider::Apple);
    let app = start_at(&[&fake]).await;
    let me = linked(&app, &fake, "001.abc").await;
    let mut late = apple_event(&fake, "consent-revoked", "001.abc");
    late["iat"] = json!(now().timestamp() - 60);
    assert_eq!(apple_signs(&app, &fake, &late).await.status, 200);
    assert_eq!(me.member.get(WAYS).await.status(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(told(&app).await, ["IdentityLinked"]);
}

#[tokio::test]
async fn apples_events_unlink_when_the_consent_or_the_account_is_gone() {
    let fake = play(Provider::Apple);
    let app = start_at(&[&fake]).await;
    let me = linked(&app, &fake, "001.abc").await;
    for kind in ["email-disabled", "email-enabled"] {
        assert_eq!(apple_signs(&app, &fake, &apple_event(&fake, kind, "001.abc")).await.status, 200);
    }
    assert_eq!(me.member.get(WAYS).await.status(200)["items"].as_array().unwrap().len(), 1);
    for kind in ["consent-revoked", "account-delete", "account-deleted"] {
        assert_eq!(apple_signs(&app, &fake, &apple_event(&fake, kind, "001.abc")).await.status, 200);
        assert_eq!(me.member.get(WAYS).await.status(200)["items"], json!([]), "{kind}");
        Browser::default().visit(&app, By::Member(&me), &fake, "link", "001.abc").await.status(204);
    }
    let nonsense =
        post(&app, "/api/auth/webhooks/apple/events", "application/json", "", "{}".to_owned()).await;
    assert_eq!(nonsense.problem(401), "provider.unbelievable");
}

#[tokio::test]
async fn navers_form_is_believed_if_it_is_signed_with_our_secret() {
    let fake = play(Provider::Naver);
    let app = start_at(&[&fake]).await;
    let me = linked(&app, &fake, "naver-4711").await;
    let forged = naver_form("naver-4711", "another secret");
    assert_eq!(naver_says(&app, forged).await.problem(401), "provider.unbelievable");
    assert_eq!(naver_says(&app, "clientId=x".to_owned()).await.problem(401), "provider.unbelievable");
    assert_eq!(me.member.get(WAYS).await.status(200)["items"].as_array().unwrap().len(), 1);
    for _twice in 0..2 {
        assert_eq!(naver_says(&app, naver_form("naver-4711", SECRET)).await.status, 204);
    }
    assert_eq!(told(&app).await, ["IdentityLinked", "IdentityUnlinked"]);
}

#[tokio::test]
async fn the_last_way_in_stays_as_the_way_back_from_leaving() {
    let fake = play(Provider::Kakao);
    fake.state().profile = (200, json!({ "id": 4711 }));
    let app = start_at(&[&fake]).await;
    let me = Browser::default().join(&app, &fake, "4711").await;
    for _twice in 0..2 {
        assert_eq!(kakao_says(&app, "4711").await.status, 200);
    }
    assert_eq!(me.member.get(WAYS).await.problem(401), "session.revoked");
    assert_eq!(told(&app).await, ["IdentityUnlinked"]);
    assert_eq!(told_of(&app, "AccountDeletion").await, ["AccountDeletionScheduled"]);

    let answer = Browser::default().visit(&app, By::Nobody, &fake, "log_in", "4711").await;
    let back = device(&app, &answer, 200);
    assert_eq!(back.account, me.account);
    assert_eq!(back.member.get("/api/auth/account").await.status(200)["erase_at"], json!(null));
    assert_eq!(back.member.get(WAYS).await.status(200)["items"].as_array().unwrap().len(), 1);
    assert_eq!(told(&app).await, ["IdentityUnlinked", "IdentityLinked"]);
    assert_eq!(
        told_of(&app, "AccountDeletion").await,
        ["AccountDeletionScheduled", "AccountDeletionCancelled"]
    );
}

#[tokio::test]
async fn a_provider_whose_keys_cannot_be_had_is_told_to_say_it_again() {
    let fake = play(Provider::Kakao);
    fake.state().silence = Duration::from_secs(20);
    let app = start_at(&[&fake]).await;
    let started = Instant::now();
    let answer = kakao_signs(&app, &fake, &event(&fake, "user-unlinked", "4711")).await;
    assert_eq!(answer.problem(503), "provider.unavailable");
    assert!(started.elapsed() < Duration::from_secs(3), "Kakao waits no longer");
}
